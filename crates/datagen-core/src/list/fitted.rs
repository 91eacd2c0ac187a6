//! Text cut and shaped to a column: length, case, no white space at the ends.

use super::text_of;
use crate::{Cardinality, ColumnBuffer, Sampler, TextBuffer, TextDomain};
use std::sync::Arc;

/// Another text list, with every value made to fit a [`TextDomain`]'s lengths and normal forms.
#[derive(Debug)]
pub(crate) struct Fitted {
    inner: Arc<dyn Sampler>,
    domain: TextDomain,
    injective: bool,
}

impl Fitted {
    /// Values cut and shaped; different ones may become the same.
    pub(crate) fn new(inner: Arc<dyn Sampler>, domain: TextDomain) -> Self {
        Self { inner, domain, injective: false }
    }

    /// Values that end in a lower-case code of fixed width, in lower case and padded: they stay as different as they
    /// are, since neither touches the code or what stands before it.
    pub(crate) fn around_code(inner: Arc<dyn Sampler>, lower: bool, min_chars: u32) -> Self {
        Self { inner, domain: TextDomain { lower, min_chars, ..TextDomain::default() }, injective: true }
    }

    fn shape(&self, value: &str, out: &mut String) {
        let start = out.len();
        let most = self.domain.max_chars.map_or(usize::MAX, |n| n as usize);
        let bytes = self.domain.max_bytes.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
        for c in value.chars().take(most) {
            if out.len() - start + c.len_utf8() > bytes {
                break;
            }
            if self.domain.lower {
                out.extend(c.to_lowercase());
            } else if self.domain.upper {
                out.extend(c.to_uppercase());
            } else {
                out.push(c);
            }
        }
        // A cut may end in a space, which a trimmed column forbids and which looks odd in any other.
        out.truncate(start + out[start..].trim_end().len());
        let mut missing = (self.domain.min_chars as usize).saturating_sub(out[start..].chars().count());
        for filler in ["a", "n", "o", "r"].into_iter().cycle() {
            if missing == 0 {
                break;
            }
            out.push_str(if self.domain.upper { "X" } else { filler });
            missing -= 1;
        }
    }
}

impl Sampler for Fitted {
    fn cardinality(&self) -> Cardinality {
        self.inner.cardinality()
    }

    fn is_injective(&self) -> bool {
        self.injective
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let mut raw = ColumnBuffer::Text(TextBuffer::default());
        self.inner.write(ordinals, &mut raw);
        let text = text_of(out);
        for i in 0..ordinals.len() {
            let value = match &raw {
                ColumnBuffer::Dictionary { keys, values } => values.get(keys[i]),
                ColumnBuffer::Text(raw) => raw.get(i),
                _ => "",
            };
            self.shape(value, text.open_cell());
            text.end_cell();
        }
    }
}
