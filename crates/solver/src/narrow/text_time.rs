//! Texts that are written times: `day = date(day)`, `at IS strftime('%Y-%m-%dT%H:%M:%SZ', at)`, `datetime(at) IS NOT NULL`.
//!
//! SQLite has no types for times, so schemas say it so (lang_datefunc.html). Such a text matches a pattern.

use super::Narrowing;
use super::logic::strip;
use seedbed_schema_model::{Expr, Literal};

/// Years as people mostly write them.
const YEAR: &str = r"(19[89]\d|20[0-2]\d)";
/// Every month has these days.
const MONTH: &str = r"(0[1-9]|1[0-2])";
const DAY: &str = r"(0[1-9]|1\d|2[0-8])";
const HOUR: &str = r"([01]\d|2[0-3])";
const SIXTIETH: &str = r"[0-5]\d";

impl Narrowing<'_> {
    /// A text that is as a function of times writes it. Another text may do as well, where the function has no value for it.
    pub(super) fn read_written(&mut self, left: &Expr, right: &Expr) -> bool {
        let written = if self.is_subject(left) { right } else { left };
        match strip(written) {
            Expr::Function { name, args } if self.is_subject(left) || self.is_subject(right) => {
                self.read_form(name, args)
            }
            _ => false,
        }
    }

    /// `function(x) IS NOT NULL`, of a function that has no value of other texts.
    pub(super) fn read_time(&mut self, operand: &Expr) -> bool {
        match strip(operand) {
            Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
                ("julianday" | "unixepoch", [_]) => self.read_form("datetime", args),
                ("strftime", [_, time]) => self.read_form("datetime", std::slice::from_ref(time)),
                _ => self.read_form(name, args),
            },
            _ => false,
        }
    }

    /// The form in which a function of the column alone writes times.
    fn read_form(&mut self, name: &str, args: &[Expr]) -> bool {
        let (format, time) = match (name, args) {
            ("date", [time]) => ("%Y-%m-%d", time),
            ("datetime", [time]) => ("%Y-%m-%d %H:%M:%S", time),
            ("time", [time]) => ("%H:%M:%S", time),
            ("strftime", [Expr::Literal(Literal::Text(format)), time]) => (format.as_str(), time),
            _ => return false,
        };
        if !self.ty.is_text() || !self.is_subject(time) {
            return false;
        }
        let pattern = pattern_of(format);
        self.domain.text.patterns.extend(pattern.clone());
        pattern.is_some()
    }
}

/// What matches times in a format of `strftime`; `None` for one that writes them in other ways, or not whole.
fn pattern_of(format: &str) -> Option<String> {
    let mut pattern = String::from("^");
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            pattern.push_str(&regex_syntax::escape(&letter.to_string()));
            continue;
        }
        match letters.next()? {
            'Y' => pattern.push_str(YEAR),
            'm' => pattern.push_str(MONTH),
            'd' => pattern.push_str(DAY),
            'H' => pattern.push_str(HOUR),
            'M' | 'S' => pattern.push_str(SIXTIETH),
            'f' => pattern.push_str(&format!(r"{SIXTIETH}\.\d\d\d")),
            'F' => pattern.push_str(&format!("{YEAR}-{MONTH}-{DAY}")),
            'R' => pattern.push_str(&format!("{HOUR}:{SIXTIETH}")),
            'T' => pattern.push_str(&format!("{HOUR}:{SIXTIETH}:{SIXTIETH}")),
            '%' => pattern.push('%'),
            _ => return None,
        }
    }
    pattern.push('$');
    // What leaves out the day, or begins with it, is read as another time.
    let is_whole = ["%Y-%m-%d", "%F", "%H:%M", "%T", "%R"].iter().any(|start| format.starts_with(start));
    is_whole.then_some(pattern)
}

#[cfg(test)]
mod tests {
    use super::pattern_of;

    #[test]
    fn whole_times_have_a_pattern() {
        let stamp = pattern_of("%Y-%m-%dT%H:%M:%fZ").expect("a pattern");
        assert!(
            stamp.starts_with('^') && stamp.ends_with("Z$") && stamp.contains(r"[0-5]\d\.\d\d\d"),
            "{stamp}"
        );
        assert_eq!(pattern_of("%H:%M").as_deref(), Some(r"^([01]\d|2[0-3]):[0-5]\d$"));
        assert_eq!(pattern_of("%d.%m.%Y"), None, "read as no time");
        assert_eq!(pattern_of("%Y-%m-%d %j"), None, "no letter of ours");
        assert_eq!(pattern_of("%Y-%m-%d%"), None, "half a letter");
    }
}
