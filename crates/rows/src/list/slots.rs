//! Slots: a stretch of time or of numbers cut into pieces of one length, with one stay in each.
//!
//! Stays of different slots never overlap, whatever their lengths and wherever in its slot each begins. So a column of
//! starts and one of ends that follow the same ordinal are ranges without overlap, by arithmetic alone.

use super::progression::push_units;
use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{LawKey, below, mix};
use seedbed_schema_model::{Dialect, SqlType};
use seedbed_solver::Units;
use seedbed_sql_values::{Range, RangeSet, Value, format_value};
use std::sync::Arc;

/// Slots, all in units of the column's type.
#[derive(Clone, Debug)]
pub struct Slots {
    /// Where the first one begins.
    pub origin: i128,
    /// From one to the next.
    pub pitch: i128,
    /// How much of a slot stays may take; what lies behind is free.
    pub room: i128,
    /// What starts are multiples of, from the origin on.
    pub grain: i128,
    /// The lengths that a stay may have, each at most the room.
    pub lengths: Vec<i128>,
    /// Where slots begin in each stretch of one pitch, when there are several: working days of a week. One at its
    /// beginning where there is none.
    pub places: Vec<i128>,
    /// How many there are.
    pub count: u64,
    /// What the stays are drawn by.
    pub key: LawKey,
}

impl Slots {
    /// The start and the end of the stay in a slot.
    fn stay(&self, slot: u64) -> (i128, i128) {
        self.stay_in_round(slot, 0)
    }

    /// The same in one of several rounds, in each of which the stay has another length, as long as there are others.
    fn stay_in_round(&self, slot: u64, round: u64) -> (i128, i128) {
        let lengths = self.lengths.len().max(1) as u64;
        let drawn = below(mix(self.key, slot), lengths);
        let length = self.lengths.get(((drawn + round) % lengths) as usize).copied().unwrap_or(0);
        let places = ((self.room - length).max(0) / self.grain.max(1)) as u64 + 1;
        let shift = i128::from(below(mix(self.key.child(1), slot), places)) * self.grain.max(1);
        let start = self.begin(slot) + shift;
        (start, start + length)
    }

    /// Where a slot begins.
    fn begin(&self, slot: u64) -> i128 {
        let some = self.places.len().max(1) as u64;
        let place = self.places.get((slot % some) as usize).copied().unwrap_or(0);
        self.origin + self.pitch * i128::from(slot / some) + place
    }
}

/// Which end of a stay a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayEnd {
    /// The start.
    Start,
    /// The end.
    End,
}

/// One end of each stay.
#[derive(Clone, Debug)]
pub struct StayEnds {
    /// The slots, which the list of the other end shares.
    pub slots: Arc<Slots>,
    /// Which end.
    pub end: StayEnd,
    /// What units are divided by for floating point.
    pub divisor: f64,
}

impl Sampler for StayEnds {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.slots.count)
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ends = ordinals.iter().map(|slot| match (self.slots.stay(*slot), self.end) {
            ((start, _), StayEnd::Start) => start,
            ((_, end), StayEnd::End) => end,
        });
        push_units(ends, self.divisor, out);
    }
}

/// Each stay as a range, of a column of a range or multirange type.
#[derive(Clone, Debug)]
pub struct StayRanges {
    /// The slots.
    pub slots: Arc<Slots>,
    /// How often the slots are gone through, each time with ranges of other lengths.
    pub rounds: u64,
    /// How the ends count.
    pub units: Units,
    /// The column's type.
    pub ty: SqlType,
    /// How ranges are written.
    pub dialect: Dialect,
}

impl StayRanges {
    /// The range at an ordinal.
    fn range(&self, ordinal: u64) -> RangeSet {
        let slots = self.slots.count.max(1);
        let (start, end) = self.slots.stay_in_round(ordinal % slots, ordinal / slots);
        range_between(&self.units, &self.ty, start, end)
    }
}

/// The range `[start, end)` of a type, of ends in its units.
pub fn range_between(units: &Units, ty: &SqlType, start: i128, end: i128) -> RangeSet {
    let multi = matches!(ty, SqlType::Range { multi: true, .. });
    let range = Range::between(Some(units.nearest_value(start)), Some(units.nearest_value(end)), true, false)
        .ok()
        .flatten();
    if multi {
        return RangeSet::multirange(range.into_iter().collect()).unwrap_or_else(|_| RangeSet::empty(true));
    }
    RangeSet::range(range)
}

impl Sampler for StayRanges {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.slots.count.saturating_mul(self.rounds))
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let text = text_of(out);
        for ordinal in ordinals {
            let range = Value::Range(self.range(*ordinal));
            text.push(&format_value(&range, &self.ty, self.dialect));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_slots_of_a_stretch_come_one_after_the_other() {
        let (origin, pitch, room, grain) = (100, 70, 8, 1);
        let (lengths, places) = (vec![8], vec![10, 20, 40]);
        let slots = Slots { origin, pitch, room, grain, lengths, places, count: 9, key: LawKey(3) };
        assert_eq!((0..5).map(|slot| slots.stay(slot).0).collect::<Vec<_>>(), [110, 120, 140, 180, 190]);
    }

    #[test]
    fn each_stay_lies_in_its_own_slot() {
        for (pitch, room, grain, lengths) in [
            (10, 10, 1, vec![1, 2, 3, 7]),
            (10, 9, 1, vec![0, 9]),
            (24, 10, 2, vec![2, 4, 10]),
            (1, 1, 1, vec![1]),
        ] {
            let slots = Slots {
                origin: -7,
                pitch,
                room,
                grain,
                lengths,
                places: Vec::new(),
                count: 400,
                key: LawKey(3),
            };
            for slot in 0..400 {
                let (start, end) = slots.stay(slot);
                let begin = -7 + pitch * i128::from(slot);
                assert!(begin <= start && start <= end && end <= begin + room, "{slots:?} at {slot}");
            }
        }
    }
}
