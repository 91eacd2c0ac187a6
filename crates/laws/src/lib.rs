//! Laws: which number of its list each row takes, as keyed arithmetic on row numbers.
//!
//! A [`LawKey`] is derived once from (seed, path of names, purpose). A law with a key is a pure function of the row's number:
//! nothing is stored and nothing is remembered from row to row, so any row can be asked for alone, in any order.
//!
//! - [`Permutation`] is a bijection of `0..len`: keys are unique by construction, and it can be inverted.
//! - [`Stratified`] deals exact shares (NULL or not, one of a short list); it can be ranked and inverted.
//! - [`FanOut`] spreads children over parents with an exact total.
//! - [`JointLaw`] draws several digits together, so that their tuples are distinct; [`NullLaw`] says which rows are NULL.
//! - [`RankSelect`] is the n-th accepted number, for what nothing else can construct.
//! - [`Law`] is any of those that a column may have over a list of its own.
//!
//! ```
//! use seedbed_laws::{LawKey, Permutation};
//!
//! let shuffled = Permutation::new(LawKey::derive(42, &["public.film", "film_id"], "law"), 1_000);
//! assert_eq!(shuffled.invert(shuffled.apply(17)), 17);
//! ```
//!
//! The crate knows no tables, no values and no SQL.

mod dealt;
mod fan_out;
mod gaps;
mod joint;
mod key;
mod law;
mod null_law;
mod permutation;
mod rank_select;
mod stratified;

pub use dealt::Dealt;
pub use fan_out::FanOut;
pub use gaps::Gaps;
pub use joint::JointLaw;
pub use key::{GOLDEN, LawKey, below, mix};
pub use law::Law;
pub use null_law::NullLaw;
pub use permutation::Permutation;
pub use rank_select::RankSelect;
pub use stratified::Stratified;
