//! Feeds: the events of a job that is alive, for as many as want to hear them.
//!
//! There is one list for all who listen, and each has its place in it: nobody has a queue that could fill. What has to
//! be told is kept until the job is over and as long as its feed is; of what may be missed only the newest are kept.

use crate::Delivery;
use seedbed_store::JobEvent;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Bytes of events that may be missed which are kept for who is a little late.
const CHUNK_MEMORY: usize = 256 << 10;

/// The events of one job.
#[derive(Debug)]
pub(crate) struct Feed {
    told: Mutex<Told>,
    /// How many events there were; it changes with each, and wakes who waits.
    count: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Told {
    /// With numbers, all of them.
    durable: Vec<Entry>,
    /// Without, the newest.
    passing: VecDeque<Entry>,
    passing_bytes: usize,
    /// The place of the next event.
    next: u64,
    over: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    place: u64,
    delivery: Delivery,
}

impl Feed {
    pub(crate) fn new() -> Self {
        Self { told: Mutex::default(), count: watch::Sender::new(0) }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells events that are kept.
    pub(crate) fn tell(&self, events: &[JobEvent]) {
        let mut told = self.told();
        for event in events {
            let place = told.take_place();
            let delivery = Delivery {
                id: Some(event.id),
                name: event.name.as_str().into(),
                payload: Arc::clone(&event.payload),
            };
            told.durable.push(Entry { place, delivery });
        }
        self.wake(told);
    }

    /// Tells an event that may be missed.
    pub(crate) fn tell_passing(&self, delivery: Delivery) {
        let mut told = self.told();
        let place = told.take_place();
        told.passing_bytes += size(&delivery);
        told.passing.push_back(Entry { place, delivery });
        while told.passing_bytes > CHUNK_MEMORY && told.passing.len() > 1 {
            if let Some(gone) = told.passing.pop_front() {
                told.passing_bytes -= size(&gone.delivery);
            }
        }
        self.wake(told);
    }

    /// Nothing more will be told.
    pub(crate) fn end(&self) {
        let mut told = self.told();
        told.over = true;
        self.wake(told);
    }

    fn wake(&self, told: MutexGuard<'_, Told>) {
        let next = told.next + u64::from(told.over);
        drop(told);
        self.count.send_replace(next);
    }

    /// The number of the last event that has one.
    pub(crate) fn last_id(&self) -> u64 {
        self.told().last_id()
    }

    /// The number of the last event that who has seen where the job stands need not hear: all but the end, which is told
    /// in any case.
    pub(crate) fn last_before_end(&self) -> u64 {
        let told = self.told();
        told.last_id().saturating_sub(told.over.into())
    }
}

impl Told {
    fn last_id(&self) -> u64 {
        self.durable.last().and_then(|e| e.delivery.id).unwrap_or(0)
    }

    fn take_place(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

fn size(delivery: &Delivery) -> usize {
    delivery.payload.get().len() + delivery.name.len()
}

/// A place in the events of a job: what follows comes one after the other, and ends with the job.
#[derive(Debug)]
pub struct Subscription {
    /// What comes first.
    before: VecDeque<Delivery>,
    live: Option<Live>,
}

#[derive(Debug)]
struct Live {
    feed: Arc<Feed>,
    count: watch::Receiver<u64>,
    /// The place of the last event that was handed out.
    at: u64,
    /// Events that may be missed are handed out from this place on.
    passing_from: u64,
}

impl Subscription {
    /// Of a job that is over: these events.
    pub(crate) fn of_past(events: impl IntoIterator<Item = Delivery>) -> Self {
        Self { before: events.into_iter().collect(), live: None }
    }

    /// Of a job that is alive: `first`, and then what follows the event of this number. Who has heard any has heard what
    /// was told in passing by now, or has missed it.
    pub(crate) fn of_feed(feed: &Arc<Feed>, first: Option<Delivery>, after: Option<u64>) -> Self {
        let count = feed.count.subscribe();
        let told = feed.told();
        let passed = told.durable.iter().take_while(|e| e.delivery.id <= after).last();
        let at = if after.is_some() { passed.map_or(0, |e| e.place) } else { 0 };
        let passing_from = if after.is_some() { told.next + 1 } else { 0 };
        drop(told);
        let live = Live { feed: Arc::clone(feed), count, at, passing_from };
        Self { before: first.into_iter().collect(), live: Some(live) }
    }

    /// The next event; `None` when there will be none any more.
    ///
    /// Cancel safe: a call that is dropped has taken nothing.
    pub async fn next(&mut self) -> Option<Delivery> {
        loop {
            if let Some(ready) = self.ready() {
                return Some(ready);
            }
            let live = self.live.as_mut()?;
            if live.is_over() {
                return self.ready();
            }
            // Its sender is in the feed, which this holds.
            live.count.changed().await.ok()?;
        }
    }

    /// The next event if it is there already.
    pub fn ready(&mut self) -> Option<Delivery> {
        if let Some(first) = self.before.pop_front() {
            return Some(first);
        }
        self.live.as_mut()?.ready()
    }

    /// Whether the job has told its last event, and this has handed it out.
    pub fn is_over(&self) -> bool {
        self.before.is_empty() && self.live.as_ref().is_none_or(Live::is_over)
    }
}

impl Live {
    fn ready(&mut self) -> Option<Delivery> {
        // Marked as seen before looking: what comes in between wakes the next wait.
        self.count.borrow_and_update();
        let told = self.feed.told();
        let durable = told.durable.get(told.durable.partition_point(|e| e.place <= self.at));
        let passed = self.at.max(self.passing_from.saturating_sub(1));
        let passing = told.passing.get(told.passing.partition_point(|e| e.place <= passed));
        let next = match (durable, passing) {
            (Some(one), Some(other)) if other.place < one.place => other,
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) => return None,
        };
        self.at = next.place;
        Some(next.delivery.clone())
    }

    fn is_over(&self) -> bool {
        let told = self.feed.told();
        told.over && told.durable.last().is_none_or(|e| e.place <= self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::payload;

    fn durable(id: u64) -> JobEvent {
        JobEvent { id, name: format!("d{id}"), payload: payload(&id) }
    }

    fn passing(text: &str) -> Delivery {
        Delivery { id: None, name: "p".into(), payload: payload(&text) }
    }

    fn heard(subscription: &mut Subscription) -> Vec<String> {
        std::iter::from_fn(|| subscription.ready())
            .map(|d| format!("{}{}", d.name, d.payload.get()))
            .collect()
    }

    #[test]
    fn everything_comes_in_the_order_in_which_it_was_told() {
        let feed = Arc::new(Feed::new());
        let mut early = Subscription::of_feed(&feed, None, None);
        feed.tell(&[durable(1)]);
        feed.tell_passing(passing("a"));
        feed.tell(&[durable(2)]);
        assert_eq!(heard(&mut early), ["d11", "p\"a\"", "d22"]);
        assert!(!early.is_over());
        feed.tell(&[durable(3)]);
        feed.end();
        assert!(!early.is_over(), "one event is not heard yet");
        assert_eq!(heard(&mut early), ["d33"]);
        assert!(early.is_over());
    }

    #[test]
    fn who_comes_back_hears_what_was_missed_and_nothing_twice() {
        let feed = Arc::new(Feed::new());
        feed.tell(&[durable(1), durable(2)]);
        feed.tell_passing(passing("before"));
        feed.tell(&[durable(3)]);
        let mut back = Subscription::of_feed(&feed, None, Some(2));
        feed.tell_passing(passing("after"));
        assert_eq!(heard(&mut back), ["d33", "p\"after\""]);
        let mut from_the_start = Subscription::of_feed(&feed, None, Some(0));
        assert_eq!(heard(&mut from_the_start), ["d11", "d22", "d33"], "what passed is over");
    }

    #[test]
    fn who_is_slow_misses_what_may_be_missed_and_memory_does_not_grow() {
        let feed = Arc::new(Feed::new());
        let mut slow = Subscription::of_feed(&feed, None, None);
        let large = "x".repeat(CHUNK_MEMORY / 4);
        feed.tell(&[durable(1)]);
        (0..100).for_each(|n| feed.tell_passing(passing(&format!("{n}{large}"))));
        feed.tell(&[durable(2)]);
        assert!(feed.told().passing_bytes <= CHUNK_MEMORY);
        let heard = heard(&mut slow);
        assert_eq!((heard[0].as_str(), heard[heard.len() - 1].as_str()), ("d11", "d22"));
        assert!((2..=6).contains(&heard.len()) && heard[heard.len() - 2].starts_with("p\"99x"));
    }

    #[tokio::test]
    async fn a_wait_ends_with_the_next_event_and_with_the_job() {
        let feed = Arc::new(Feed::new());
        let mut subscription = Subscription::of_feed(&feed, None, None);
        let telling = Arc::clone(&feed);
        let teller = std::thread::spawn(move || {
            for id in 1..=200 {
                telling.tell(&[durable(id)]);
            }
            telling.end();
        });
        let mut ids = Vec::new();
        while let Some(delivery) = subscription.next().await {
            ids.push(delivery.id.unwrap_or(0));
        }
        teller.join().expect("it only tells");
        assert_eq!(ids, (1..=200).collect::<Vec<_>>());
    }
}
