//! Conditions on the length and the normal form of text.
//!
//! They narrow a [`TextDomain`](crate::domain::TextDomain): fewest and most characters, most bytes, case, blanks at the
//! ends.

use super::Narrowing;
use super::logic::strip;
use seedbed_schema_model::{BinaryOp, Expr};
use seedbed_sql_values::Value;

/// Characters of the longest text that is made because a CHECK asks for it.
const LONGEST_TEXT: i128 = 1 << 20;
/// Arrays are kept short unless a CHECK asks for more.
const MOST_ELEMENTS: u32 = 3;

impl Narrowing<'_> {
    /// `length(x) op n`, in characters or bytes, x trimmed or not.
    pub(super) fn read_length(&mut self, left: &Expr, op: BinaryOp, value: &Value) -> bool {
        let Expr::Function { name, args } = strip(left) else { return false };
        let [operand] = args.as_slice() else { return false };
        let bytes = match name.as_str() {
            "length" | "char_length" | "character_length" | "len" => false,
            "octet_length" | "lengthb" => true,
            _ => return false,
        };
        let trimmed = match strip(operand) {
            Expr::Function { name, args }
                if matches!(name.as_str(), "btrim" | "trim")
                    && args.len() == 1
                    && self.is_subject(&args[0]) =>
            {
                true
            }
            other if self.is_subject(other) => false,
            _ => return false,
        };
        let Value::Integer(n) = *value else { return false };
        let (least, most) = match op {
            BinaryOp::Eq => (n, Some(n)),
            BinaryOp::Gt => (n.saturating_add(1), None),
            BinaryOp::GtEq => (n, None),
            BinaryOp::Lt => (0, Some(n.saturating_sub(1))),
            BinaryOp::LtEq => (0, Some(n)),
            BinaryOp::NotEq if n == 0 => (1, None),
            _ => return false,
        };
        // Longer text than this is not made: a CHECK that asks for it is left to the rows, which are told to break it.
        if least > LONGEST_TEXT {
            return false;
        }
        let clamp = |n: i128| u32::try_from(n.max(0)).unwrap_or(u32::MAX);
        let text = &mut self.domain.text;
        text.trimmed |= trimmed;
        // Generated text of a minimum length is padded with one-byte characters, so bytes are at least characters.
        text.min_chars = text.min_chars.max(clamp(least));
        if let Some(most) = most {
            if bytes {
                text.max_bytes = Some(text.max_bytes.unwrap_or(u64::MAX).min(clamp(most).into()));
                if text.min_chars == clamp(most) {
                    text.max_chars = Some(text.max_chars.unwrap_or(u32::MAX).min(clamp(most)));
                }
            } else {
                text.max_chars = Some(text.max_chars.unwrap_or(u32::MAX).min(clamp(most)));
            }
        }
        true
    }

    /// `length(x) IN (10, 13)`: of bytes the longest, which all values may have; of text any.
    pub(super) fn read_lengths(&mut self, left: &Expr, lengths: &[Value]) -> bool {
        let longest =
            lengths.iter().filter_map(|v| if let Value::Integer(n) = v { Some(*n) } else { None }).max();
        let Some(longest) = longest.filter(|n| (1..=LONGEST_TEXT).contains(n)) else { return false };
        let before = self.domain.text.clone();
        if !self.read_length(left, BinaryOp::Eq, &Value::Integer(longest)) {
            return false;
        }
        if self.ty.is_text() {
            self.domain.text = before;
            let forms: Vec<String> = lengths
                .iter()
                .filter_map(|v| if let Value::Integer(n) = v { Some(format!(".{{{n}}}")) } else { None })
                .collect();
            self.domain.text.patterns.push(format!("(?s)^(?:{})$", forms.join("|")));
        }
        true
    }

    /// `array_length(x, 1) op n` and kin, for arrays of one dimension.
    pub(super) fn read_elements(&mut self, left: &Expr, op: BinaryOp, value: &Value) -> bool {
        let Expr::Function { name, args } = strip(left) else { return false };
        let first_dimension = |e: &Expr| self.constant(e) == Some(Value::Integer(1));
        let counts = match (name.as_str(), args.as_slice()) {
            ("cardinality", [operand]) => self.is_subject(operand),
            ("array_length" | "array_upper", [operand, dimension]) => {
                self.is_subject(operand) && first_dimension(dimension)
            }
            _ => false,
        };
        let Value::Integer(n) = *value else { return false };
        let (least, most) = self.domain.elements.unwrap_or((1, MOST_ELEMENTS));
        let n = u32::try_from(n.clamp(0, 10_000)).unwrap_or(0);
        let narrowed = match op {
            BinaryOp::Eq => (n, n),
            BinaryOp::Gt => (least.max(n + 1), most.max(n + 1)),
            BinaryOp::GtEq => (least.max(n), most.max(n)),
            BinaryOp::Lt => (least, most.min(n.saturating_sub(1))),
            BinaryOp::LtEq => (least, most.min(n)),
            _ => return false,
        };
        if !counts || narrowed.0 > narrowed.1 {
            return false;
        }
        self.domain.elements = Some(narrowed);
        true
    }

    /// `x = lower(x)` and kin.
    pub(super) fn read_normal_form(&mut self, left: &Expr, op: BinaryOp, right: &Expr) -> bool {
        if op != BinaryOp::Eq {
            return false;
        }
        let (Expr::Function { name, args }, true) = (strip(left), self.is_subject(right)) else {
            return false;
        };
        if args.is_empty() {
            return false;
        }
        let inner = &args[0];
        let nested = match strip(inner) {
            Expr::Function { .. } => self.read_normal_form(inner, op, right),
            _ => args.len() == 1 && self.is_subject(inner),
        };
        match name.as_str() {
            "lower" | "lcase" => self.domain.text.lower = true,
            "upper" | "ucase" => self.domain.text.upper = true,
            "btrim" | "trim" | "ltrim" | "rtrim" => self.domain.text.trimmed = true,
            _ => return false,
        }
        nested
    }

    /// `trim(x) <> ''`.
    pub(super) fn read_trimmed_not_empty(&mut self, left: &Expr, op: BinaryOp, value: &Value) -> bool {
        let Expr::Function { name, args } = strip(left) else { return false };
        let trims = matches!(name.as_str(), "btrim" | "trim" | "ltrim" | "rtrim" | "lower" | "upper");
        if !trims || args.len() != 1 || !self.is_subject(&args[0]) {
            return false;
        }
        if !matches!(op, BinaryOp::NotEq | BinaryOp::Gt) || *value != Value::Text(String::new()) {
            return false;
        }
        self.domain.text.trimmed = true;
        self.domain.text.min_chars = self.domain.text.min_chars.max(1);
        true
    }
}
