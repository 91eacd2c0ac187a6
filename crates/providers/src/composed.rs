//! Text put together for each cell.

use crate::builtin::{BindRequest, BindResult};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Pen, Sampler};
use seedbed_schema_model::SqlType;
use std::fmt;
use std::sync::Arc;

/// How one cell is written at the end of the buffer.
pub(crate) type Write = fn(u64, &mut Pen);

/// A list of texts given by a function of the ordinal.
#[derive(Clone, Copy)]
pub(crate) struct Composed {
    /// How many.
    pub(crate) cardinality: Cardinality,
    /// Whether different ordinals are different texts, compared without case.
    pub(crate) injective: bool,
    /// The function.
    pub(crate) write: Write,
}

impl Composed {
    /// Any 64-bit ordinal; repeats are possible.
    pub(crate) const fn repeating(write: Write) -> Self {
        Self { cardinality: Cardinality::Huge, injective: false, write }
    }

    /// Any 64-bit ordinal, each another text.
    pub(crate) const fn injective(write: Write) -> Self {
        Self { cardinality: Cardinality::Huge, injective: true, write }
    }

    /// So many different texts.
    pub(crate) const fn exactly(len: u64, write: Write) -> Self {
        Self { cardinality: Cardinality::Exact(len), injective: true, write }
    }

    /// The list for a text column.
    pub(crate) fn for_text(self, request: &BindRequest<'_>) -> BindResult {
        self.for_types(request, |_| false, "text")
    }

    /// The list for a text column or one of another type that travels as text.
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

impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composed")
            .field("cardinality", &self.cardinality)
            .field("injective", &self.injective)
            .finish_non_exhaustive()
    }
}

impl Sampler for Composed {
    fn cardinality(&self) -> Cardinality {
        self.cardinality
    }

    fn is_injective(&self) -> bool {
        self.injective
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ColumnBuffer::Text(text) = out else { unreachable!("bound to columns that travel as text") };
        Pen::write_cells(text, ordinals.iter(), |ordinal, pen| (self.write)(*ordinal, pen));
    }
}
