//! Text cut and shaped to a column: length, case, no white space at the ends.

use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Pen, Sampler, TextBuffer};
use seedbed_solver::TextDomain;
use std::ops::Range;
use std::sync::Arc;

/// Another text list, with every value made to fit a [`TextDomain`]'s lengths and normal forms.
#[derive(Debug)]
pub struct Fitted {
    inner: Arc<dyn Sampler>,
    domain: TextDomain,
    injective: bool,
}

impl Fitted {
    /// Values cut and shaped; different ones may become the same.
    pub fn new(inner: Arc<dyn Sampler>, domain: TextDomain) -> Self {
        Self { inner, domain, injective: false }
    }

    /// Values that end in a lower-case code of fixed width, in lower case and padded: they stay as different as they
    /// are, since neither touches the code or what stands before it.
    pub fn around_code(inner: Arc<dyn Sampler>, lower: bool, min_chars: u32) -> Self {
        Self { inner, domain: TextDomain { lower, min_chars, ..TextDomain::default() }, injective: true }
    }

    /// Appends the value that stands at `range` in a text, made to fit.
    fn shape(&self, text: &str, range: Range<usize>, out: &mut Pen) {
        let (start, value) = (out.position(), &text[range.clone()]);
        let most = self.domain.max_chars.map_or(usize::MAX, |n| n as usize);
        let bytes = self.domain.max_bytes.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
        // A cut may end in a space, which a trimmed column forbids and which looks odd in any other.
        let chars = match value.is_ascii() {
            true => {
                let cut = value[..value.len().min(most).min(bytes)].trim_ascii_end();
                out.push_part(text, range.start..range.start + cut.len());
                let written = out.since(start);
                if self.domain.lower {
                    written.make_ascii_lowercase();
                } else if self.domain.upper {
                    written.make_ascii_uppercase();
                }
                cut.len()
            }
            false => {
                let shaped = self.shaped(value, most, bytes);
                out.push_str(shaped.trim_end());
                shaped.trim_end().chars().count()
            }
        };
        let missing = (self.domain.min_chars as usize).saturating_sub(chars);
        for filler in ['a', 'n', 'o', 'r'].into_iter().cycle().take(missing) {
            out.push(if self.domain.upper { 'X' } else { filler });
        }
    }

    /// As much of a value as there is room for, in the case that is wanted.
    fn shaped(&self, value: &str, most: usize, bytes: usize) -> String {
        let mut shaped = String::new();
        for c in value.chars().take(most) {
            if shaped.len() + c.len_utf8() > bytes {
                break;
            }
            if self.domain.lower {
                shaped.extend(c.to_lowercase());
            } else if self.domain.upper {
                shaped.extend(c.to_uppercase());
            } else {
                shaped.push(c);
            }
        }
        shaped
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
        Pen::write_cells(text_of(out), 0..ordinals.len(), |i, pen| match &raw {
            ColumnBuffer::Dictionary { keys, values } => {
                let value = values.get(keys[i]);
                self.shape(value, 0..value.len(), pen);
            }
            ColumnBuffer::Text(raw) => self.shape(raw.text(), raw.range(i), pen),
            _ => {}
        });
    }
}
