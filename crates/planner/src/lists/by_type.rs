//! Lists of types that nothing more is known of: the last choice.

use super::Lists;
use crate::listing::Listing;
use seedbed_datagen_core::{ColumnBuffer, TextBuffer};
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{BinaryList, Choice, Coded, LiteralList, Syllables, UuidList};
use seedbed_schema_model::{ColumnIdx, SqlType};

impl Lists<'_, '_> {
    /// The list of a type that nothing more is known of: words for text (codes where there is no room for words),
    /// UUIDs, bytes, literals of types that travel as text. `None` for types whose values are counted and for unknown
    /// ones. `distinct` as in [`listing`](Self::listing).
    pub(super) fn by_type(&mut self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        let facts = &self.facts[column];
        let key = self.cx.key(column, "list");
        let room = facts.domain.text.max_chars.unwrap_or(40);
        Some(match facts.base {
            ty if ty.is_text() && room == 0 => {
                let mut nothing = TextBuffer::default();
                nothing.push("");
                Listing::new(
                    Choice::new(ColumnBuffer::Text(nothing)),
                    ListKind::Values,
                    ListSource::ShortText,
                )
            }
            ty if ty.is_text() && room < 8 => {
                let mut domain_code =
                    Coded::new(key, None, room.max(1), 36_u64.pow(room.clamp(1, 6)), facts.domain.text.upper);
                domain_code = domain_code.separated_by('-');
                Listing::new(domain_code, ListKind::Code, ListSource::ShortText)
            }
            ty if ty.is_text() || *ty == SqlType::Any => Listing::new(
                Syllables { key, words: if room < 20 { 1 } else { 2 } },
                ListKind::Words,
                ListSource::Type,
            ),
            SqlType::Uuid => Listing::new(UuidList { key }, ListKind::Uuid, ListSource::Type),
            SqlType::Binary { .. } | SqlType::Varbinary { .. } if facts.domain.text.max_bytes == Some(0) => {
                let nothing = ColumnBuffer::Bytes { data: Vec::new(), ends: vec![0] };
                Listing::new(Choice::new(nothing), ListKind::Values, ListSource::ShortText)
            }
            SqlType::Binary { length } => Listing::new(
                BinaryList { key, len: length.unwrap_or(1).max(1) },
                ListKind::Bytes,
                ListSource::Type,
            ),
            SqlType::Varbinary { .. } | SqlType::Blob { .. } => {
                let text = &facts.domain.text;
                let most = text
                    .max_bytes
                    .map_or(u32::MAX, |n| u32::try_from(n).unwrap_or(u32::MAX))
                    .min(text.max_chars.unwrap_or(u32::MAX));
                Listing::new(
                    BinaryList { key, len: 16.clamp(text.min_chars.max(1), most.max(1).max(text.min_chars)) },
                    ListKind::Bytes,
                    ListSource::Type,
                )
            }
            // Numbers and dates that reach this have an empty range: nothing to fall back on.
            _ if !matches!(self.cx.buffer(column), ColumnBuffer::Text(_)) => return None,
            ty => {
                let list = LiteralList::new(self.cx.schema(), ty, key)?.within(&facts.domain);
                let list = match distinct {
                    Some(rows) => list.holding(rows),
                    None => list,
                };
                Listing::new(list, ListKind::Literal, ListSource::Type)
            }
        })
    }
}
