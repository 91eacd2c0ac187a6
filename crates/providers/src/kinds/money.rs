//! Amounts of money and currencies.

use crate::builtin::Builtin;
use crate::list::List;
use crate::quantity::Quantity;
use crate::words::rows;
use std::sync::LazyLock;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("money.price", |r| cents(100, 100_000).skewed(r)),
    Builtin::alone("money.amount", |r| cents(100, 1_000_000).skewed(r)),
    Builtin::alone("money.fee", |r| cents(0, 5_000).skewed(r)),
    Builtin::alone("money.balance", |r| cents(0, 2_500_000).skewed(r)),
    Builtin::alone("money.salary", |r| Quantity { low: 24_000, high: 180_000, digits: 0 }.even(r)),
    Builtin::alone("money.currency_code", |r| List::plain(r, &column(0))),
    Builtin::alone("money.currency_name", |r| List::plain(r, &column(1))),
    Builtin::alone("money.currency_number", |r| List::plain(r, &column(2))),
    Builtin::alone("money.payment_method", |r| List::plain(r, &METHODS)),
    Builtin::alone("money.card_brand", |r| {
        List::plain(r, &["visa", "mastercard", "amex", "discover", "jcb", "maestro"])
    }),
];

const METHODS: [&str; 8] =
    ["card", "cash", "bank_transfer", "paypal", "invoice", "direct_debit", "gift_card", "cheque"];

const fn cents(low: i64, high: i64) -> Quantity {
    Quantity { low, high, digits: 2 }
}

/// Codes, names and numbers of ISO 4217.
static CURRENCIES: LazyLock<Vec<Vec<&'static str>>> =
    LazyLock::new(|| rows(include_str!("../../data/en/currencies.txt")).collect());

fn column(field: usize) -> Vec<&'static str> {
    CURRENCIES.iter().filter_map(|row| row.get(field).copied()).collect()
}
