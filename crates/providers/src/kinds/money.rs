//! Amounts of money and currencies.
//!
//! | provider | values |
//! |---|---|
//! | `money.price` | 1.00 to 1 000.00, small ones more often |
//! | `money.amount` | 1.00 to 10 000.00, likewise |
//! | `money.fee` | 0.00 to 50.00, likewise |
//! | `money.balance` | 0.00 to 25 000.00, likewise |
//! | `money.salary` | 24 000 to 180 000, evenly |
//! | `money.currency_code`, `money.currency_name`, `money.currency_number` | `EUR`, `Euro`, `978` (ISO 4217) |
//! | `money.payment_method` | `card`, one of eight |
//! | `money.card_brand` | `visa`, one of six |
//!
//! Amounts are in units of whichever currency the row has: no column is converted for another. In whole-number columns
//! they are whole units, not cents.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::infer::subject::TableSubject;
use crate::list::List;
use crate::localized::locale::Locale;
use crate::quantity::Quantity;
use crate::words::rows;
use std::sync::LazyLock;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("money.price", |r| cents(100, 100_000).skewed(r)),
    Builtin::alone("money.amount", |r| cents(100, 1_000_000).skewed(r)),
    Builtin::alone("money.fee", |r| cents(0, 5_000).skewed(r)),
    Builtin::alone("money.balance", |r| cents(0, 2_500_000).skewed(r)),
    Builtin::alone("money.salary", |r| Quantity { low: 24_000, high: 180_000, digits: 0 }.even(r)),
    Builtin::alone("money.currency_code", |r| List::plain(r, &column(0))).localized(|r, l| currency(r, l, 0)),
    Builtin::alone("money.currency_name", |r| List::plain(r, &column(1))).localized(|r, l| currency(r, l, 1)),
    Builtin::alone("money.currency_number", |r| List::plain(r, &column(2)))
        .localized(|r, l| currency(r, l, 2)),
    Builtin::alone("money.payment_method", |r| List::plain(r, &METHODS)),
    Builtin::alone("money.card_brand", |r| {
        List::plain(r, &["visa", "mastercard", "amex", "discover", "jcb", "maestro"])
    }),
];

const METHODS: [&str; 8] =
    ["card", "cash", "bank_transfer", "paypal", "invoice", "direct_debit", "gift_card", "cheque"];

/// Amounts between two ends given in hundredths.
const fn cents(low: i64, high: i64) -> Quantity {
    Quantity { low, high, digits: 2 }
}

/// Codes, names and numbers of ISO 4217.
static CURRENCIES: LazyLock<Vec<Vec<&'static str>>> =
    LazyLock::new(|| rows(include_str!("../../data/en/currencies.txt")).collect());

/// A field of the locale's currency; of all where they must differ, and in tables of currencies or countries.
fn currency(request: &BindRequest<'_>, locale: &'static Locale, field: usize) -> BindResult {
    let several = matches!(request.subject(), TableSubject::Country | TableSubject::Currency);
    if request.distinct() || several {
        return List::plain(request, &column(field));
    }
    let code = locale.country().currency;
    let row = CURRENCIES.iter().find(|row| row.first() == Some(&code));
    match row.and_then(|row| row.get(field)) {
        Some(_) if field == 1 => List::plain(request, &[locale.currency_name]),
        Some(value) => List::plain(request, &[value]),
        None => List::plain(request, &column(field)),
    }
}

/// A field of all currencies: 0 for the code, 1 for the name, 2 for the number.
fn column(field: usize) -> Vec<&'static str> {
    CURRENCIES.iter().filter_map(|row| row.get(field).copied()).collect()
}
