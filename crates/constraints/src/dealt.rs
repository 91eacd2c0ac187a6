//! One of many: a row that names one of the rows which belong to it.
//!
//! `team (id, captain)` refers to `player (team_id, id)`, whose `team_id` refers to `team`. The players know their
//! team, and the team shows one of its players; no circle is in that, as `captain` is no part of what the players show.
//! Where the captain may not be NULL, every team needs a player: players are dealt out to teams.

use super::constraints::Constraints;
use super::effective_key::EffectiveKey;
use seedbed_schema_model::{ColumnIdx, ForeignKey};

/// Whether each row of `one` can show a row of its own among those of `many` that refer to it: by `there`, a reference
/// of `one` that is never NULL, whose columns are either those that `many` shows by `back`, or free.
///
/// The rows of `many` are then dealt out, so that each row of `one` has some. That leaves keys of `many` which hold the
/// columns of `back` to their other columns; a key within them would allow one row of `many` for each of `one`.
pub(super) fn can_deal(
    one: &Constraints<'_>,
    many: &Constraints<'_>,
    there: &ForeignKey,
    back: &ForeignKey,
) -> bool {
    let pairs = || there.columns.iter().copied().zip(there.parent_columns.iter().copied());
    let (shown, chosen): (Vec<_>, Vec<_>) = pairs().partition(|(_, theirs)| back.columns.contains(theirs));
    let shows_back = |(own, theirs): &(ColumnIdx, ColumnIdx)| back.counterpart(*theirs) == Some(*own);
    let free = |(own, theirs): &(ColumnIdx, ColumnIdx)| {
        let others = one.references.iter().filter(|fk| *fk != there);
        let to_one = many.references.iter().filter(|fk| fk.parent == one.id);
        !others.into_iter().any(|fk| fk.columns.contains(own))
            && !to_one.into_iter().any(|fk| fk.columns.contains(theirs))
    };
    let more_than_back = |key: &EffectiveKey| key.columns.iter().any(|c| !back.columns.contains(c));
    !shown.is_empty()
        && !chosen.is_empty()
        && shown.iter().all(shows_back)
        && chosen.iter().all(free)
        && many.keys.iter().all(more_than_back)
}
