//! Products: name and description of one ordinal agree.
//!
//! | provider | values |
//! |---|---|
//! | `product.name` | `Granite Desk Lamp`; distinct ones also `Granite Desk Lamp 2` |
//! | `product.description` | `Our granite desk lamp that lasts, easy to clean.` |
//! | `product.category` | `Furniture`, one of 24 |
//! | `product.material` | `Oak`, one of 16 |
//! | `product.unit` | `kg`, one of 12 |
//! | `product.size` | `XS` to `XXL` |
//! | `product.container` | `Crate`, one of 12 |
//!
//! All but the first two stand alone: a lamp may be of wool and come by the litre.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::list::List;
use crate::mix::{choose, digit, push_number};
use crate::words::{PRODUCT_ADJECTIVES, PRODUCT_NOUNS, SPACED_PRODUCT_ADJECTIVES, longest};
use seedbed_datagen_core::Pen;

/// The entity of a product.
pub(crate) const PRODUCT: &str = "product";

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::part(PRODUCT, "product.name", name),
    Builtin::part(PRODUCT, "product.description", |r| {
        Composed::repeating(push_description).of_chars(3..=NAME + 46).for_text(r)
    }),
    Builtin::alone("product.category", |r| List::plain(r, &CATEGORIES)),
    Builtin::alone("product.material", |r| List::plain(r, &MATERIALS)),
    Builtin::alone("product.unit", |r| List::plain(r, &UNITS)),
    Builtin::alone("product.size", |r| List::plain(r, &["XS", "S", "M", "L", "XL", "XXL"])),
    Builtin::alone("product.container", |r| List::plain(r, &CONTAINERS)),
];

const CATEGORIES: [&str; 24] = [
    "Accessories",
    "Appliances",
    "Automotive",
    "Baby",
    "Bathroom",
    "Beauty",
    "Bedding",
    "Books",
    "Clothing",
    "Electronics",
    "Furniture",
    "Games",
    "Garden",
    "Groceries",
    "Health",
    "Jewelry",
    "Kitchen",
    "Lighting",
    "Music",
    "Office",
    "Outdoors",
    "Pets",
    "Sports",
    "Toys",
];
const MATERIALS: [&str; 16] = [
    "Aluminum", "Bamboo", "Brass", "Canvas", "Ceramic", "Cotton", "Glass", "Leather", "Linen", "Oak",
    "Plastic", "Rubber", "Silk", "Steel", "Walnut", "Wool",
];
const UNITS: [&str; 12] = ["pcs", "kg", "g", "l", "ml", "m", "cm", "box", "pack", "set", "pair", "roll"];
const CONTAINERS: [&str; 12] =
    ["Bag", "Barrel", "Box", "Can", "Carton", "Case", "Crate", "Drum", "Jar", "Pack", "Pallet", "Tin"];

/// Most characters of a name without a number.
const NAME: u32 = longest(&PRODUCT_ADJECTIVES) + 1 + longest(&PRODUCT_NOUNS);

/// Adjective and noun; distinct ones are injective over all 64-bit ordinals.
fn name(request: &BindRequest<'_>) -> BindResult {
    if request.distinct() {
        Composed::injective(push_numbered_name).of_chars(3..=NAME + 21).for_text(request)
    } else {
        Composed::repeating(push_name).of_chars(3..=NAME).for_text(request)
    }
}

/// `Granite Desk Lamp`: the adjective is the lowest part of the ordinal, the noun the next.
fn push_name(ordinal: u64, out: &mut Pen) {
    let mut number = ordinal;
    out.push_piece(&SPACED_PRODUCT_ADJECTIVES[digit(&mut number, PRODUCT_ADJECTIVES.len())]);
    out.push_str(PRODUCT_NOUNS[digit(&mut number, PRODUCT_NOUNS.len())]);
}

/// Namesakes get a model number.
fn push_numbered_name(ordinal: u64, out: &mut Pen) {
    push_name(ordinal, out);
    let model = ordinal / (PRODUCT_ADJECTIVES.len() * PRODUCT_NOUNS.len()) as u64;
    if model > 0 {
        out.push(' ');
        push_number(out, model, 0);
    }
}

/// One of four beginnings, the name in lower case, one of four qualities, one of four ends.
fn push_description(ordinal: u64, out: &mut Pen) {
    out.push_str(["A ", "Our ", "This ", "The "][choose(ordinal, 31, 4)]);
    let start = out.position();
    push_name(ordinal, out);
    out.since(start).make_ascii_lowercase();
    out.push_str(
        [" for every day", " that lasts", " made to be used", " in a new finish"][choose(ordinal, 32, 4)],
    );
    out.push_str(
        [".", ", at home or on the road.", ", easy to clean.", ", ready to ship."][choose(ordinal, 33, 4)],
    );
}
