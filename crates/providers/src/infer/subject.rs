//! What a table is about.
//!
//! A bare `name` says nothing by itself: in `customers` it is a person's, in `countries` a country's. The subject of
//! the table, read from its own name, is what rules with a condition ask for.

use super::name::{singular, words};
use seedbed_schema_model::Table;

/// What the rows of a table are, as far as its name tells: only what some rule makes a difference for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableSubject {
    /// Human beings in any role: `users`, `patient`.
    Person,
    /// Firms and other bodies: `suppliers`, `bank`.
    Company,
    /// Cities and towns.
    City,
    /// Parts of countries: `states`, `county`.
    Region,
    /// Countries.
    Country,
    /// Things that are made or sold: `products`, `item`.
    Product,
    /// Files and documents.
    File,
    /// Languages.
    Language,
    /// Currencies.
    Currency,
    /// Categories of products.
    Category,
    /// Machines in a network: `hosts`, `server`.
    Host,
    /// Departments of a firm.
    Department,
    /// Colours.
    Color,
    /// Anything else, or a name that doesn't tell.
    Other,
}

/// The subject of a table: that of its name's last word, or of the word before if the last is a trailer.
/// `sales_customers` and `customer_master` are about people, `customer_orders` about nothing known.
pub(crate) fn of(table: &Table) -> TableSubject {
    let words = words(&table.name.name);
    let of_word = |word: &str| SUBJECTS.iter().find(|(names, _)| names.contains(&word)).map(|(_, s)| *s);
    let last = words.last().map(|w| singular(w)).unwrap_or_default();
    of_word(&last)
        .or_else(|| {
            words
                .iter()
                .rev()
                .skip(1)
                .take(1)
                .filter(|_| TRAILERS.contains(&last.as_str()))
                .find_map(|w| of_word(&singular(w)))
        })
        .unwrap_or(TableSubject::Other)
}

/// Words after a subject that leave it what it is: `user_account`, `customer_master`.
const TRAILERS: &[&str] =
    &["account", "acct", "profile", "master", "info", "detail", "data", "record", "list", "dim"];

/// Words for people, in tables' names and before `name`, `email` and such in columns' names.
pub(super) const PEOPLE: &[&str] = &[
    "person",
    "user",
    "customer",
    "client",
    "employee",
    "staff",
    "actor",
    "author",
    "member",
    "contact",
    "owner",
    "manager",
    "student",
    "teacher",
    "instructor",
    "professor",
    "patient",
    "doctor",
    "physician",
    "nurse",
    "driver",
    "guest",
    "passenger",
    "player",
    "artist",
    "writer",
    "editor",
    "subscriber",
    "participant",
    "attendee",
    "candidate",
    "applicant",
    "visitor",
    "reviewer",
    "salesperson",
    "agent",
    "operator",
    "admin",
    "administrator",
    "sender",
    "recipient",
    "receiver",
    "buyer",
    "beneficiary",
    "cardholder",
    "director",
    "composer",
    "performer",
    "speaker",
    "useracct",
    "individual",
    "human",
    "follower",
    "friend",
    "donor",
    "volunteer",
    "resident",
    "citizen",
    "voter",
    "worker",
    "colleague",
    "borrower",
    "clerk",
    "creator",
    "assignee",
    "reporter",
    "requester",
    "approver",
    "supervisor",
    "coach",
    "leader",
    "parent",
    "child",
    "spouse",
    "witness",
    "nominee",
    "payee",
    "payer",
];

/// Words of tables' names in the singular, and what they make the table be about.
const SUBJECTS: &[(&[&str], TableSubject)] = &[
    (PEOPLE, TableSubject::Person),
    (
        &[
            "company",
            "vendor",
            "supplier",
            "organization",
            "organisation",
            "org",
            "merchant",
            "manufacturer",
            "publisher",
            "partner",
            "brand",
            "employer",
            "shipper",
            "carrier",
            "firm",
            "business",
            "store",
            "shop",
            "bank",
            "agency",
            "provider",
            "dealer",
            "distributor",
            "studio",
            "corporation",
            "enterprise",
            // Of software, more often than of a flat.
            "tenant",
        ],
        TableSubject::Company,
    ),
    (&["city", "town", "municipality"], TableSubject::City),
    (
        &["region", "state", "province", "county", "district", "territory", "stateprovince"],
        TableSubject::Region,
    ),
    (&["country", "nation", "countryregion"], TableSubject::Country),
    (&["product", "item", "article", "good", "part", "sku", "merchandise"], TableSubject::Product),
    (&["file", "document", "attachment", "upload", "asset", "blob"], TableSubject::File),
    (&["language", "lang", "locale"], TableSubject::Language),
    (&["currency"], TableSubject::Currency),
    (&["category", "productcategory", "subcategory"], TableSubject::Category),
    (&["host", "server", "machine", "node", "device"], TableSubject::Host),
    (&["department", "dept"], TableSubject::Department),
    (&["color", "colour"], TableSubject::Color),
];
