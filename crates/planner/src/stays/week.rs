//! Slots at certain times of a week: where CHECKs ask for working days, for hours of opening, for Mondays.

use super::measure::{Measures, Pitch};
use super::{LENGTHS, Stay, StayColumns};
use seedbed_laws::LawKey;
use seedbed_rows::list::Slots;
use seedbed_solver::DAY_MICROS;

/// Slots of a week that are looked at.
const MOST: i128 = 700;
/// Weeks that are looked at, over all of the time that there is.
const WEEKS: i128 = 6;
/// Starts within a slot that are looked at.
const STARTS: i128 = 8;

impl Stay<'_> {
    /// Slots that pass every condition in each week that was looked at, the widest of which there are enough.
    pub(super) fn within_weeks(&self, (from, to): (i128, i128), needed: u64, key: LawKey) -> Option<Slots> {
        let week = match self.units.one() {
            _ if !self.units.is_moment() || matches!(self.columns, StayColumns::Start(..)) => return None,
            1 => 7,
            _ => 7 * i128::from(DAY_MICROS),
        };
        let origin = from + (-from).rem_euclid(week);
        let weeks = (to - origin) / week;
        let tried = Measures::of(&self.units, self.gap);
        let grains = tried.grains.iter().filter(|(grain, offset)| *offset == 0 && week % grain == 0);
        let whole = |p: &&Pitch| week % p.pitch == 0 && week / p.pitch <= MOST;
        let pitches: Vec<Pitch> = tried.pitches.iter().filter(whole).copied().collect();
        let found = |grain: i128, pitch: &Pitch| {
            let room = pitch.room.min(pitch.pitch - self.gap);
            let all = tried.usual.iter().chain(&tried.other).copied();
            let mut lengths: Vec<i128> = all.filter(|l| *l > 0 && *l <= room).collect();
            let passes = |place: i128, length: i128| {
                let starts = (room - length) / grain;
                (0..WEEKS).all(|i| {
                    let begin = origin + weeks * i / WEEKS * week + place;
                    (0..=starts.min(STARTS)).all(|s| {
                        let start = begin + s * starts / starts.clamp(1, STARTS) * grain;
                        self.passes(start, start + length)
                    })
                })
            };
            let all_places = || (0..week / pitch.pitch).map(|slot| slot * pitch.pitch + pitch.lead);
            let first = lengths.iter().copied().find(|l| all_places().any(|place| passes(place, *l)))?;
            let places: Vec<i128> = all_places().filter(|place| passes(*place, first)).collect();
            lengths.retain(|l| places.iter().all(|place| passes(*place, *l)));
            lengths.truncate(LENGTHS);
            let count = u64::try_from(weeks.max(0)).unwrap_or(0).saturating_mul(places.len() as u64);
            Some(Slots { origin, pitch: week, room, grain, lengths, places, count, key })
        };
        grains
            .flat_map(|(grain, _)| {
                pitches.iter().filter(move |p| p.pitch % grain == 0).map(move |p| (*grain, p))
            })
            .find_map(|(grain, pitch)| found(grain, pitch).filter(|slots| slots.count >= needed))
    }
}
