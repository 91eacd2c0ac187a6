//! Text put together for each cell.
//!
//! What a [`List`](crate::list::List) is for texts that can be written down, a [`Composed`] is for those that are too
//! many: a person's full name, an address, a token. A plain function of the ordinal writes a cell into the column's
//! text, so no cell takes memory of its own. All that a cell depends on is its ordinal and what was known when the
//! provider was bound: which function was chosen, and at most the locale that a closure holds.

use crate::builtin::{BindRequest, BindResult};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Pen, Sampler};
use seedbed_schema_model::SqlType;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Writes the cell of an ordinal at the end of the buffer, and touches nothing before it.
pub(crate) type Write = fn(u64, &mut Pen);

/// A list of texts given by a function of the ordinal.
#[derive(Clone)]
pub(crate) struct Composed<W = Write> {
    /// How many ordinals it has; no cell is asked for beyond them.
    pub(crate) cardinality: Cardinality,
    /// Whether different ordinals are different texts, compared without case.
    pub(crate) injective: bool,
    /// Between how many characters every text has, as far as it is known.
    pub(crate) chars: Option<RangeInclusive<u32>>,
    /// Writes a cell.
    pub(crate) write: W,
}

impl<W: Fn(u64, &mut Pen) + Send + Sync + 'static> Composed<W> {
    /// A list over all 64-bit ordinals in which texts may repeat.
    pub(crate) const fn repeating(write: W) -> Self {
        Self { cardinality: Cardinality::Huge, injective: false, chars: None, write }
    }

    /// A list over all 64-bit ordinals, each of which is another text.
    pub(crate) const fn injective(write: W) -> Self {
        Self { cardinality: Cardinality::Huge, injective: true, chars: None, write }
    }

    /// A list of `len` different texts, at the ordinals `0..len`. Saying more than `write` tells apart would break
    /// keys.
    pub(crate) const fn exactly(len: u64, write: W) -> Self {
        Self { cardinality: Cardinality::Exact(len), injective: true, chars: None, write }
    }

    /// The list, of which it is known between how many characters every text has. Bounds that are too wide cost a look at
    /// a sample, too narrow ones would let texts into columns that are too short for them.
    pub(crate) fn of_chars(mut self, chars: RangeInclusive<u32>) -> Self {
        self.chars = Some(chars);
        self
    }

    /// The list for a text column.
    ///
    /// # Errors
    /// The column is of another type than text. Being too short for the texts is no error: the plan cuts them.
    pub(crate) fn for_text(self, request: &BindRequest<'_>) -> BindResult {
        self.for_types(request, |_| false, "text")
    }

    /// The list for a text column or one of another type that travels as text, which `also` knows: `inet`, `json`,
    /// `macaddr`. `wanted` names what is made, in an error.
    ///
    /// # Errors
    /// The column is neither.
    pub(crate) fn for_types(
        self,
        request: &BindRequest<'_>,
        also: fn(&SqlType) -> bool,
        wanted: &'static str,
    ) -> BindResult {
        if request.is_text() || also(request.ty()) {
            Ok(Arc::new(self))
        } else {
            Err(request.wrong_type(wanted))
        }
    }
}

impl<W> fmt::Debug for Composed<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composed")
            .field("cardinality", &self.cardinality)
            .field("injective", &self.injective)
            .field("chars", &self.chars)
            .finish_non_exhaustive()
    }
}

impl<W: Fn(u64, &mut Pen) + Send + Sync> Sampler for Composed<W> {
    fn cardinality(&self) -> Cardinality {
        self.cardinality
    }

    fn is_injective(&self) -> bool {
        self.injective
    }

    fn chars(&self) -> Option<RangeInclusive<u32>> {
        self.chars.clone()
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ColumnBuffer::Text(text) = out else { unreachable!("bound to columns that travel as text") };
        Pen::write_cells(text, ordinals.iter(), |ordinal, pen| (self.write)(*ordinal, pen));
    }
}
