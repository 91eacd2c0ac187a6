//! Names in plain ASCII, for addresses on the net and for columns that hold nothing else.

use crate::builtin::{BindRequest, BindResult};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler, TextBuffer};
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Appends a character in ASCII, as its language writes it without the letter: `ss` for `ß`. What has no such form is
/// left out. `umlauts`: whether `ä` is `ae`, as in German, or `a`.
pub(crate) fn push_ascii(text: &mut String, character: char, umlauts: bool) {
    let plain = match character {
        'ä' if umlauts => "ae",
        'ö' if umlauts => "oe",
        'ü' if umlauts => "ue",
        'Ä' if umlauts => "Ae",
        'Ö' if umlauts => "Oe",
        'Ü' if umlauts => "Ue",
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => "a",
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ą' => "A",
        'æ' => "ae",
        'Æ' => "Ae",
        'ç' | 'ć' => "c",
        'Ç' | 'Ć' => "C",
        'è' | 'é' | 'ê' | 'ë' | 'ę' => "e",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ę' => "E",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'ł' => "l",
        'Ł' => "L",
        'ñ' | 'ń' => "n",
        'Ñ' | 'Ń' => "N",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' => "O",
        'œ' => "oe",
        'Œ' => "Oe",
        'ś' => "s",
        'Ś' => "S",
        'ß' => "ss",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'Ù' | 'Ú' | 'Û' | 'Ü' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' => "Y",
        'ź' | 'ż' => "z",
        'Ź' | 'Ż' => "Z",
        '’' => "'",
        _ if character.is_ascii() => {
            text.push(character);
            return;
        }
        _ => return,
    };
    text.push_str(plain);
}

/// A name as part of an address on the net: its letters in ASCII and in lower case, nothing between them.
pub(crate) fn handle(name: &str, umlauts: bool) -> String {
    let mut plain = String::new();
    for character in name.chars() {
        push_ascii(&mut plain, character, umlauts);
    }
    plain.retain(|c| c.is_ascii_alphabetic());
    plain.make_ascii_lowercase();
    plain
}

/// The list as the column's character set can hold it: in ASCII where it is not one of Unicode's.
pub(crate) fn kept_to(request: &BindRequest<'_>, list: Arc<dyn Sampler>) -> BindResult {
    let charset = request.binding.column.charset.as_deref();
    let unicode = charset.is_none_or(|c| {
        ["utf", "ucs", "gb18030"]
            .iter()
            .any(|start| c.get(..start.len()).is_some_and(|c| c.eq_ignore_ascii_case(start)))
    });
    if unicode || !request.is_text() { Ok(list) } else { Ok(Arc::new(Plain { list })) }
}

/// A list of texts in ASCII. Lists that tell their texts apart without accents still do.
#[derive(Debug)]
struct Plain {
    list: Arc<dyn Sampler>,
}

impl Sampler for Plain {
    fn cardinality(&self) -> Cardinality {
        self.list.cardinality()
    }

    fn is_injective(&self) -> bool {
        self.list.is_injective()
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ColumnBuffer::Text(text) = out else { unreachable!("bound to text, and never a dictionary") };
        let mut cells = ColumnBuffer::Text(TextBuffer::default());
        self.list.write(ordinals, &mut cells);
        for place in 0..cells.len() {
            let mut plain = String::new();
            if let Value::Text(cell) = cells.value(place) {
                cell.chars().for_each(|character| push_ascii(&mut plain, character, false));
            }
            text.push(&plain);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_letters_of_ascii() {
        assert_eq!(handle("Müller-Lüdenscheidt", true), "muellerluedenscheidt");
        assert_eq!(handle("Weiß", true), "weiss");
        assert_eq!(handle("Łukasz", false), "lukasz");
        assert_eq!(handle("D'Angelo", false), "dangelo");
        assert_eq!(handle("van der Meer", false), "vandermeer");
        assert_eq!(handle("Øster Æblegård", false), "osteraeblegard");
    }
}
