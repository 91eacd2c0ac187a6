//! Whatever an edit says, its canonical text reads back as the same edit.

use proptest::prelude::*;
use seedbed_edit::{
    AddRows, Distribution, Edit, Literal, LiteralRange, NullShare, Referrers, RemoveRows, RenameValues,
    Renamed, RowCount, ScaleNumber, Selection, SetColumn, SetLocale, ShiftTime, Source, SpreadReference,
    TimeUnit, WeightedLiteral, parse_edits, to_text,
};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};

/// Names that a language might trip over.
const NAMES: &[&str] =
    &["orders", "order lines", "rows", "where", "a\"b", "x.y", "Größe", "5th", "*", "for", "with", "a`b'c"];

fn schema() -> Schema {
    let mut schema = Schema::new(Dialect::Postgres);
    for name in NAMES {
        let mut table = Table::new(Some("public"), name);
        table.columns = NAMES.iter().map(|c| Column::new(c, SqlType::TEXT)).collect();
        schema.push_table(table);
    }
    schema
}

fn column() -> impl Strategy<Value = String> {
    proptest::sample::select(NAMES).prop_map(str::to_owned)
}

fn table() -> impl Strategy<Value = String> {
    (column(), any::<bool>()).prop_map(|(name, full)| if full { format!("public.{name}") } else { name })
}

fn tables() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(table())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z'\";#,.\n ]{0,12}"]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(Literal::Integer),
        any::<f64>().prop_filter("JSON has no NaN", |f| !f.is_nan()).prop_map(Literal::Float),
        text().prop_map(Literal::Text),
    ]
}

/// SQL, and what is none.
fn sql() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "status",
        "=",
        "'a'",
        "'it''s'",
        "5",
        "-5",
        "(",
        ")",
        "and",
        "where",
        "for 10 rows",
        "for 20% of rows",
        "cascade",
        "with referrers",
        ",",
        ";",
        "\n",
        "#",
        "# x",
        "null",
        "true",
        "$sql$",
        "$sql",
        "x's",
        "\"a b\"",
        "||",
        "(1)",
        "2020-01-01",
        "between 1 and 2",
        ".",
        " ",
    ];
    let piece = proptest::sample::select(PIECES).prop_map(str::to_owned);
    let some = proptest::collection::vec(prop_oneof![9 => piece, 1 => any::<String>()], 0..7);
    (some, proptest::sample::select(&["", " "])).prop_map(|(pieces, between)| pieces.join(between))
}

fn share() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..=1.0, Just(0.07), Just(0.2), Just(1.0), Just(0.0)]
}

fn selection() -> impl Strategy<Value = Selection> {
    let some = prop_oneof![
        Just((None, None)),
        share().prop_map(|share| (Some(share), None)),
        any::<u64>().prop_map(|count| (None, Some(count))),
    ];
    (proptest::option::of(sql()), some).prop_map(|(condition, (share, count))| Selection {
        condition,
        share,
        count,
    })
}

fn source() -> impl Strategy<Value = Source> {
    let weighted = (literal(), 1..1_000_u32).prop_map(|(value, weight)| WeightedLiteral { value, weight });
    let end = || proptest::option::of(literal());
    prop_oneof![
        proptest::option::of(literal()).prop_map(Source::Value),
        proptest::collection::vec(weighted, 1..4).prop_map(Source::Values),
        (end(), end()).prop_map(|(min, max)| Source::Range(LiteralRange { min, max })),
        prop_oneof!["[a-z]{1,4}(\\.[a-z]{1,4}){0,2}", any::<String>()].prop_map(Source::Provider),
        sql().prop_map(Source::Expression),
        proptest::collection::vec(text(), 1..4).prop_map(Source::Examples),
    ]
}

fn referrers() -> impl Strategy<Value = Referrers> {
    proptest::sample::select(&[Referrers::Refuse, Referrers::AsDeclared, Referrers::Remove])
}

fn unit() -> impl Strategy<Value = TimeUnit> {
    use TimeUnit::{Days, Hours, Minutes, Months, Seconds, Weeks, Years};
    proptest::sample::select(&[Seconds, Minutes, Hours, Days, Weeks, Months, Years])
}

fn edit() -> impl Strategy<Value = Edit> {
    let renamed = (literal(), literal()).prop_map(|(from, to)| Renamed { from, to });
    let by = proptest::sample::select(&[Distribution::Even, Distribution::Uniform, Distribution::Skewed]);
    prop_oneof![
        4 => (tables(), column(), source(), selection())
            .prop_map(|(table, column, to, rows)| Edit::Set(SetColumn { table, column, to, rows })),
        1 => (tables(), column(), share())
            .prop_map(|(table, column, share)| Edit::Nulls(NullShare { table, column, share })),
        1 => (tables(), column(), any::<i64>(), unit(), selection())
            .prop_map(|(table, column, by, unit, rows)| Edit::Shift(ShiftTime { table, column, by, unit, rows })),
        1 => (tables(), column(), any::<f64>().prop_filter("JSON has no NaN", |f| !f.is_nan()), selection())
            .prop_map(|(table, column, by, rows)| Edit::Scale(ScaleNumber { table, column, by, rows })),
        1 => (tables(), column(), proptest::collection::vec(renamed, 1..4))
            .prop_map(|(table, column, values)| Edit::Rename(RenameValues { table, column, values })),
        1 => (table(), any::<u64>()).prop_map(|(table, count)| Edit::Add(AddRows { table, count })),
        2 => (table(), selection(), referrers())
            .prop_map(|(table, rows, referrers)| Edit::Remove(RemoveRows { table, rows, referrers })),
        1 => (tables(), any::<u64>(), referrers())
            .prop_map(|(table, count, referrers)| Edit::Rows(RowCount { table, count, referrers })),
        1 => (table(), column(), by)
            .prop_map(|(table, column, by)| Edit::Spread(SpreadReference { table, column, by })),
        1 => (prop_oneof!["[a-z]{2}(-[A-Z]{2})?", any::<String>()], tables())
            .prop_map(|(locale, table)| Edit::Locale(SetLocale { locale, table })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_read_back_from_their_text(edits in proptest::collection::vec(edit(), 1..4)) {
        let text = to_text(&edits);
        prop_assert_eq!(parse_edits(&text, &schema()), Ok(edits), "{}", text);
    }

    #[test]
    fn places_of_faults_lie_within_the_text(text in prop_oneof![any::<String>(), sql(), "(set|rows|20%|of|orders| |'|5|=|\\.|\n){0,12}"]) {
        for error in parse_edits(&text, &schema()).err().into_iter().flatten() {
            prop_assert!(text.get(error.span()).is_some(), "{:?} in {:?}", error, text);
        }
    }
}
