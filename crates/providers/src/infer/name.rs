//! Column names as words.
//!
//! Schemas spell one name in many ways (`first_name`, `firstName`, `FirstName`, `l_shipdate`): rules see words in lower
//! case, and know which of them only say the table.

use seedbed_schema_model::Table;

/// The words of a name in lower case: split at what is no letter or digit, between letters and digits, and where
/// camel case turns (`IPAddress2` is `ip`, `address`, `2`).
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = name;
    while let Some((word, after)) = next_word(rest) {
        words.push(lower(word));
        rest = after;
    }
    words
}

/// The first word of a name as it is written, and what follows it; `None` if the rest has no word.
fn next_word(name: &str) -> Option<(&str, &str)> {
    let start = name.find(char::is_alphanumeric)?;
    let rest = &name[start..];
    let mut chars = rest.char_indices().peekable();
    let mut before = None;
    while let Some((at, c)) = chars.next() {
        let turns = before.is_some_and(|before| turns_at(before, c, chars.peek().map(|(_, after)| *after)));
        if turns || !c.is_alphanumeric() {
            return Some(rest.split_at(at));
        }
        before = Some(c);
    }
    Some((rest, ""))
}

/// A word in lower case, each character by itself.
fn lower(word: &str) -> String {
    if word.is_ascii() {
        word.to_ascii_lowercase()
    } else {
        word.chars().flat_map(char::to_lowercase).collect()
    }
}

/// Whether a word begins at a character, as its neighbours tell: a digit after a letter or the reverse, a capital after
/// a small letter, or the last capital of several before a small letter.
fn turns_at(before: char, at: char, after: Option<char>) -> bool {
    let digits_meet_letters = before.is_ascii_digit() != at.is_ascii_digit();
    let hump = before.is_lowercase() && at.is_uppercase();
    let acronym_ends = before.is_uppercase() && at.is_uppercase() && after.is_some_and(char::is_lowercase);
    digits_meet_letters || hump || acronym_ends
}

/// How many words at the front of a column's name only say which table it is in: the table's name (`film_title` in
/// `film`) or an abbreviation that most columns share (`l_shipdate`). A word that isn't a number is always left.
pub(super) fn words_of_table(table: &Table, column: &[String]) -> usize {
    let tells = |skipped: usize| column[skipped..].iter().any(|w| !w.bytes().all(|b| b.is_ascii_digit()));
    let shared = Some(shared_words(table, column)).filter(|&n| tells(n)).unwrap_or(0);
    let repeated = repeated_words(&words(&table.name.name), &column[shared..]);
    if tells(shared + repeated) { shared + repeated } else { shared }
}

/// 1 if the first word begins the names of most columns of the table, else 0. Most is half for one or two letters,
/// which are hardly ever a word, and four of five for longer ones; two columns are too few to tell.
fn shared_words(table: &Table, all: &[String]) -> usize {
    let Some(first) = all.first() else { return 0 };
    let columns = table.columns.len();
    if columns < 3 {
        return 0;
    }
    let begins = |name: &str| {
        may_begin(name, first) && next_word(name).is_some_and(|(word, _)| is_lower_of(word, first))
    };
    let sharing = table.columns.iter().filter(|c| begins(&c.name)).count();
    let enough = if first.len() <= 2 { columns.div_ceil(2) } else { (columns * 4).div_ceil(5) };
    usize::from(sharing >= enough)
}

/// Whether the first letters of a name are those of a word in lower case, where that is soon told.
fn may_begin(name: &str, word: &str) -> bool {
    let name = name.as_bytes();
    let begins =
        |at: usize| name[at..].get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word.as_bytes()));
    !name.is_ascii() || name.iter().position(u8::is_ascii_alphanumeric).is_some_and(begins)
}

/// Whether a word is another one in lower case.
fn is_lower_of(word: &str, lower: &str) -> bool {
    if word.is_ascii() {
        word.len() == lower.len() && word.bytes().map(|b| b.to_ascii_lowercase()).eq(lower.bytes())
    } else {
        word.chars().flat_map(char::to_lowercase).eq(lower.chars())
    }
}

/// How many words at the front are the last words of the table's name, in singular or plural: one of `film_title` in
/// `films`, two of `order_line_no` in `sales_order_lines`.
fn repeated_words(table: &[String], all: &[String]) -> usize {
    (0..table.len())
        .map(|skip| &table[skip..])
        .find(|tail| tail.len() <= all.len() && tail.iter().zip(all).all(|(t, c)| singular(t) == singular(c)))
        .map_or(0, <[String]>::len)
}

/// An English noun without its plural ending, by rules for endings and not by a dictionary: `cities` is `city`, `boxes`
/// is `box`, `status` stays. Wrong stems do no harm where both sides of a comparison go through it.
pub(crate) fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|s| s.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word {
        "people" => "person".to_owned(),
        _ if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") => word.to_owned(),
        _ => word.strip_suffix('s').filter(|s| s.len() > 1).unwrap_or(word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_into_words() {
        for (name, want) in [
            ("first_name", "first name"),
            ("firstName", "first name"),
            ("IPAddress", "ip address"),
            ("address_line2", "address line 2"),
            ("UnitsInStock", "units in stock"),
            ("Naïve name", "naïve name"),
            ("___", ""),
        ] {
            assert_eq!(words(name).join(" "), want);
        }
    }

    #[test]
    fn plurals() {
        for (plural, want) in [
            ("users", "user"),
            ("people", "person"),
            ("addresses", "address"),
            ("cities", "city"),
            ("status", "status"),
            ("boxes", "box"),
            ("s", "s"),
            ("address", "address"),
        ] {
            assert_eq!(singular(plural), want);
        }
    }
}
