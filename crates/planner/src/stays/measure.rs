//! Lengths of ranges and distances between them that people would expect, in the units of their ends.

use seedbed_laws::LawKey;
use seedbed_rows::list::Slots;
use seedbed_solver::{DAY_MICROS, Units};

use super::Layout;

/// A minute, in microseconds.
const MINUTE: i128 = 60_000_000;
/// An hour.
const HOUR: i128 = 60 * MINUTE;
/// A day.
const DAY: i128 = DAY_MICROS as i128;

/// What of a slot stays may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pitch {
    /// From one slot to the next.
    pub(super) pitch: i128,
    /// What of it comes before.
    pub(super) lead: i128,
    /// What of it stays take.
    pub(super) room: i128,
}

/// What is tried of a unit, in this order.
pub(super) struct Tried {
    /// What starts are multiples of, and from where.
    pub(super) grains: Vec<(i128, i128)>,
    /// Lengths that are usual.
    pub(super) usual: Vec<i128>,
    /// Lengths that a CHECK may ask for.
    pub(super) other: Vec<i128>,
    /// Slots, the widest first.
    pub(super) pitches: Vec<Pitch>,
}

/// What of that passes.
#[derive(Clone, Debug)]
pub(super) struct Measures {
    /// What starts are multiples of, from the offset on.
    pub(super) grain: i128,
    /// Where multiples begin.
    pub(super) offset: i128,
    /// The lengths.
    pub(super) lengths: Vec<i128>,
    /// The slots.
    pub(super) pitches: Vec<Pitch>,
}

/// Lengths that a column of their own may hold, in its units: minutes as numbers and as spans of time.
pub(super) fn usual_lengths(units: &Units) -> Vec<i128> {
    let counts = [30, 60, 45, 90, 15, 120, 20, 10, 5, 3, 2, 1];
    let one = if units.is_span() { units.one() * 60 } else { units.one() };
    counts.into_iter().map(|count| count * one).collect()
}

/// A length above those that are usual.
pub(super) fn longest_usual(units: &Units) -> i128 {
    Measures::of(units, 0).usual.into_iter().max().unwrap_or(1)
}

impl Measures {
    /// What is tried: nights of dates, hours of times, small blocks of numbers. With a `gap` a range of no length is one
    /// value.
    pub(super) fn of(units: &Units, gap: i128) -> Tried {
        let whole = |pitches: &[i128], one: i128| {
            pitches.iter().map(|p| Pitch { pitch: p * one, lead: 0, room: p * one }).collect::<Vec<Pitch>>()
        };
        let mut tried = if !units.is_moment() {
            let one = units.one();
            let times = |lengths: &[i128]| lengths.iter().map(|l| l * one).collect::<Vec<i128>>();
            Tried {
                grains: vec![(one, 0), (1, 0)],
                usual: times(&[5, 10, 20, 50]),
                other: [times(&[1, 2, 3, 4, 8, 16, 32, 64, 99, 100, 127, 128, 255, 256, 500, 1000]), vec![1]]
                    .concat(),
                pitches: whole(&[100, 50, 20, 10, 5, 4, 3, 2, 1], one),
            }
        } else if units.one() == 1 {
            let weeks = (0..7).map(|offset| (7, offset));
            Tried {
                grains: std::iter::once((1, 0)).chain(weeks).collect(),
                usual: vec![1, 2, 3, 4, 5, 7],
                other: [(6..=31).collect(), vec![45, 60, 90, 91, 120, 180, 182, 270, 365, 366, 730]].concat(),
                pitches: whole(&[10, 7, 5, 4, 3, 2, 1], 1),
            }
        } else {
            let working_day = Pitch { pitch: DAY, lead: 8 * HOUR, room: 10 * HOUR };
            let mut pitches = whole(&[360, 240, 180, 120, 60, 30, 15, 10, 5, 1], MINUTE);
            pitches.insert(0, working_day);
            pitches.push(Pitch { pitch: MINUTE / 60, lead: 0, room: MINUTE / 60 });
            let days = [1, 2, 3, 5, 7, 10, 14, 28, 30, 31, 60, 90, 180, 365].map(|days| days * DAY);
            let short = [15, 20, 10, 5, 2, 1].map(|minutes| minutes * MINUTE);
            let long = [4, 5, 6, 7, 8, 10, 12].map(|hours| hours * HOUR);
            Tried {
                grains: [15 * MINUTE, HOUR, DAY, MINUTE, MINUTE / 60].map(|grain| (grain, 0)).to_vec(),
                usual: [30, 45, 60, 90, 120, 180].map(|minutes| minutes * MINUTE).to_vec(),
                other: [&short[..], &long[..], &days[..], &[30 * MINUTE / 60, MINUTE / 60, 1]].concat(),
                pitches,
            }
        };
        if gap > 0 {
            tried.other.push(0);
        }
        tried
    }

    /// The first multiple of the grain that is not before a unit.
    pub(super) fn aligned(&self, from: i128) -> i128 {
        from + (self.offset - from).rem_euclid(self.grain)
    }
}

/// Slots to be laid out in a window.
pub(super) struct Slotting {
    /// Where stays are usual.
    pub(super) window: (i128, i128),
    /// Where they may be at all.
    pub(super) wide: (i128, i128),
    /// Units that lie free between two of them.
    pub(super) gap: i128,
    /// What passes.
    pub(super) measures: Measures,
    /// So many slots are needed.
    pub(super) needed: u64,
}

impl Slotting {
    /// The widest slots of which there are enough where stays are usual. Moments then lie further away, at the closest
    /// that they may; numbers are as high as need be, rather than close.
    pub(super) fn layout(&self, key: LawKey, moments: bool) -> Layout {
        let pitches = self.pitches();
        let usual = |p: &Pitch| self.slots(*p, self.window, None, key).filter(|s| s.count >= self.needed);
        let grown = self.needed.checked_next_power_of_two().unwrap_or(u64::MAX);
        let wide = |p: &Pitch| self.slots(*p, self.wide, Some(grown), key);
        let enough = |p: &Pitch| wide(p).filter(|s| s.count >= self.needed);
        let found = if moments {
            pitches.iter().find_map(usual).or_else(|| pitches.iter().rev().find_map(enough))
        } else {
            pitches.first().and_then(usual).or_else(|| pitches.iter().find_map(enough))
        };
        match found {
            Some(slots) => Layout::Slots(slots),
            None => Layout::TooFew(pitches.iter().filter_map(wide).map(|s| s.count).max().unwrap_or(0)),
        }
    }

    /// The slots that are wide enough, the widest first: the usual ones, and those that the lengths themselves ask for.
    fn pitches(&self) -> Vec<Pitch> {
        let Measures { grain, lengths, pitches, .. } = &self.measures;
        let least = lengths.iter().min().copied().unwrap_or(0);
        let up = |units: i128| units + (-units).rem_euclid(*grain);
        let mut fitting: Vec<Pitch> = pitches
            .iter()
            .copied()
            .filter(|p| p.pitch % grain == 0 && p.room.min(p.pitch - self.gap) >= least)
            .collect();
        for pitch in [up(least * 3 / 2 + self.gap), up((least + self.gap).max(1))] {
            if fitting.last().is_none_or(|p| p.pitch > pitch) {
                fitting.push(Pitch { pitch, lead: 0, room: pitch });
            }
        }
        fitting
    }

    /// The slots of one pitch in a window, or the first so many of them.
    fn slots(&self, p: Pitch, (from, to): (i128, i128), most: Option<u64>, key: LawKey) -> Option<Slots> {
        let room = p.room.min(p.pitch - self.gap);
        let lengths: Vec<i128> = self.measures.lengths.iter().copied().filter(|l| *l <= room).collect();
        let longest = lengths.iter().max().copied()?;
        let origin = if p.lead > 0 {
            self.measures.aligned(from + (-from).rem_euclid(DAY) + p.lead)
        } else {
            self.measures.aligned(from)
        };
        // The last one may be cut behind its stay.
        let room = if origin + room > to { longest.max(to - origin).min(room) } else { room };
        let last = to - origin - room;
        if last < 0 {
            return None;
        }
        let count = u64::try_from(last / p.pitch + 1).unwrap_or(u64::MAX);
        let count = most.map_or(count, |most| count.min(most));
        let (pitch, grain, places) = (p.pitch, self.measures.grain, Vec::new());
        Some(Slots { origin, pitch, room, grain, lengths, places, count, key })
    }
}
