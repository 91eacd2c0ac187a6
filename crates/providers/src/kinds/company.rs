//! Companies.

use super::person::push_lower;
use crate::composed::Composed;
use crate::kind::{Bound, Kind, Request};
use crate::list::List;
use crate::mix::digit;
use crate::words::{COMPANY_STEMS, COMPANY_TRADES};

/// The entity.
pub(crate) const COMPANY: &str = "company";

pub(crate) static KINDS: &[Kind] = &[
    Kind::part(COMPANY, "company.name", |r| either(r, push_name)),
    Kind::part(COMPANY, "company.domain", |r| either(r, push_domain)),
    Kind::part(COMPANY, "company.url", |r| either(r, push_url)),
    Kind::part(COMPANY, "company.industry", |r| List::part(r, &COMPANY_TRADES, |o| split(o).1)),
    Kind::alone("company.department", |r| List::plain(r, &DEPARTMENTS)),
    Kind::alone("company.slogan", |r| super::text::sentence(r)),
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

const FORMS: [&str; 8] = ["", " Group", " Inc.", " Ltd.", " LLC", " Co.", " & Sons", " Partners"];

/// Distinct names are each company once; else any ordinal is a company.
fn either(request: &Request<'_>, write: crate::composed::Write) -> Bound {
    let companies = COMPANY_STEMS.len() * COMPANY_TRADES.len() * FORMS.len();
    if request.distinct() {
        Composed::exactly(companies as u64, write).for_text(request)
    } else {
        Composed::repeating(write).for_text(request)
    }
}

fn split(mut ordinal: u64) -> (usize, usize, usize) {
    let stem = digit(&mut ordinal, COMPANY_STEMS.len());
    let trade = digit(&mut ordinal, COMPANY_TRADES.len());
    (stem, trade, digit(&mut ordinal, FORMS.len()))
}

fn push_name(ordinal: u64, out: &mut String) {
    let (stem, trade, form) = split(ordinal);
    out.push_str(COMPANY_STEMS[stem]);
    out.push(' ');
    out.push_str(COMPANY_TRADES[trade]);
    out.push_str(FORMS[form]);
}

fn push_domain(ordinal: u64, out: &mut String) {
    let (stem, trade, form) = split(ordinal);
    push_lower(out, COMPANY_STEMS[stem]);
    out.push('-');
    push_lower(out, COMPANY_TRADES[trade]);
    out.push_str(["", "-group", "-inc", "-ltd", "-llc", "-co", "-and-sons", "-partners"][form]);
    out.push_str(".example");
}

fn push_url(ordinal: u64, out: &mut String) {
    out.push_str("https://");
    push_domain(ordinal, out);
}
