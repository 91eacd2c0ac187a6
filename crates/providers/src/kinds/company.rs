//! Companies: name, domain, address on the web and industry of one ordinal agree.
//!
//! | provider | values |
//! |---|---|
//! | `company.name` | `Granite Analytics Inc.`, `Lee Granite Analytics Inc.` |
//! | `company.domain` | `granite-analytics-inc.example` (RFC 2606) |
//! | `company.url` | `https://granite-analytics-inc.example` |
//! | `company.industry` | `Analytics`, the trade in the company's name |
//! | `company.department` | one of 24, such as `Human Resources` |
//! | `company.slogan` | a sentence, as `text.sentence` makes them |
//!
//! The last two stand alone. A company is stem, trade, form and founder in mixed radix; the founder's place is zero,
//! for none, until all stems, trades and forms have been used.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::list::List;
use crate::mix::digit;
use crate::words::{
    COMPANY_STEMS, COMPANY_TRADE_PIECES, COMPANY_TRADES, LAST_NAME_PIECES, LAST_NAMES, LOWER_LAST_NAMES,
    SPACED_COMPANY_STEMS, longest, pieces,
};
use seedbed_datagen_core::{Pen, Piece};

/// The entity of a company.
pub(crate) const COMPANY: &str = "company";

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::part(COMPANY, "company.name", |r| either(r, push_name)),
    Builtin::part(COMPANY, "company.domain", |r| either(r, push_domain)),
    Builtin::part(COMPANY, "company.url", |r| either(r, push_url)),
    Builtin::part(COMPANY, "company.industry", |r| List::part(r, &COMPANY_TRADES, |o| Company::at(o).trade)),
    Builtin::alone("company.department", |r| List::plain(r, &DEPARTMENTS)),
    Builtin::alone("company.slogan", super::text::sentence),
];

const DEPARTMENTS: [&str; 24] = [
    "Accounting",
    "Administration",
    "Analytics",
    "Compliance",
    "Customer Support",
    "Design",
    "Engineering",
    "Facilities",
    "Finance",
    "Human Resources",
    "Information Technology",
    "Legal",
    "Logistics",
    "Maintenance",
    "Manufacturing",
    "Marketing",
    "Operations",
    "Procurement",
    "Product",
    "Quality",
    "Research",
    "Sales",
    "Security",
    "Training",
];

/// Legal forms and the like behind a company's name; the first is none.
static FORMS: [Piece; 8] =
    pieces("", &["", " Group", " Inc.", " Ltd.", " LLC", " Co.", " & Sons", " Partners"], "");

/// Distinct names are each company once, the later ones with a founder's name; else any ordinal is a company.
fn either(request: &BindRequest<'_>, write: Write) -> BindResult {
    let companies = (COMPANY_STEMS.len() * COMPANY_TRADES.len() * FORMS.len()) as u64;
    let list = if request.distinct() {
        Composed::exactly(companies * (1 + LAST_NAMES.len() as u64), write)
    } else {
        Composed::repeating(write)
    };
    list.of_chars(3..=COMPANY_CHARS).for_text(request)
}

/// Most characters of a company's name or address: a founder, two words, the longest form, and what an address has
/// before and after them.
const COMPANY_CHARS: u32 =
    longest(&LAST_NAMES) + 1 + longest(&COMPANY_STEMS) + 1 + longest(&COMPANY_TRADES) + 9 + 16;

/// A company: stem lowest, so that neighbours differ.
struct Company {
    /// Index of the name's first word.
    stem: usize,
    /// Index of its second word.
    trade: usize,
    /// Index of its legal form.
    form: usize,
    /// Index of a last name that the name begins with; `None` for no such name.
    founder: Option<usize>,
}

impl Company {
    /// The company of an ordinal; any 64-bit number is one.
    fn at(mut ordinal: u64) -> Self {
        let stem = digit(&mut ordinal, COMPANY_STEMS.len());
        let trade = digit(&mut ordinal, COMPANY_TRADES.len());
        let form = digit(&mut ordinal, FORMS.len());
        let founder = digit(&mut ordinal, 1 + LAST_NAMES.len()).checked_sub(1);
        Self { stem, trade, form, founder }
    }
}

fn push_name(ordinal: u64, out: &mut Pen) {
    let company = Company::at(ordinal);
    if let Some(founder) = company.founder {
        out.push_piece(&LAST_NAME_PIECES[founder]);
        out.push(' ');
    }
    out.push_piece(&SPACED_COMPANY_STEMS[company.stem]);
    out.push_piece(&COMPANY_TRADE_PIECES[company.trade]);
    out.push_piece(&FORMS[company.form]);
}

/// The name in lower case with hyphens, the founder before a point; two names never give one domain.
fn push_domain(ordinal: u64, out: &mut Pen) {
    let company = Company::at(ordinal);
    if let Some(founder) = company.founder {
        out.push_piece(&LOWER_LAST_NAMES[founder]);
        out.push('.');
    }
    out.push_lower(COMPANY_STEMS[company.stem]);
    out.push('-');
    out.push_lower(COMPANY_TRADES[company.trade]);
    out.push_str(["", "-group", "-inc", "-ltd", "-llc", "-co", "-and-sons", "-partners"][company.form]);
    out.push_str(".example");
}

fn push_url(ordinal: u64, out: &mut Pen) {
    out.push_str("https://");
    push_domain(ordinal, out);
}
