//! Edits in their canonical forms.

use super::cursor::{Parsed, Reader};
use super::error::TextError;
use super::lexer::Kind;
use super::names::ColumnName;
use super::value::Within;
use crate::{
    AddRows, Distribution, Edit, NullShare, Referrers, RemoveRows, RenameValues, Renamed, RowCount,
    ScaleNumber, Selection, SetColumn, SetLocale, ShiftTime, Source, SpreadReference,
};

/// What a canonical edit may begin with.
pub(super) const KEYWORDS: &[&str] =
    &["set", "null", "shift", "scale", "rename", "add", "remove", "delete", "rows", "spread", "locale"];

impl Reader<'_> {
    /// All the edits of a line.
    pub(super) fn edits(&mut self) -> Parsed<Vec<Edit>> {
        let mut edits = Vec::new();
        while !self.is_done() {
            edits.push(self.edit()?);
            let full_stop = self.is_sign('.') && self.at + 1 == self.tokens.len();
            let comma = self.take_sign(',');
            let joined = self.take(&["and"]);
            if full_stop {
                break;
            }
            if !comma && !joined && !self.is_done() {
                return Err(self.expected("the end of the edit", &["where", "for", "cascade", "with"]));
            }
        }
        Ok(edits)
    }

    fn edit(&mut self) -> Parsed<Edit> {
        match self.word_at(0).to_ascii_lowercase().as_str() {
            "set" => self.set(),
            "null" => self.nulls(),
            "shift" => self.shift(),
            "scale" => self.scale(),
            "rename" => self.rename(),
            "add" => self.add(),
            "remove" | "delete" => self.remove(),
            "rows" => self.row_count(),
            "spread" => self.spread(),
            "locale" => self.locale(),
            _ => self.wording(),
        }
    }

    /// `set orders.status = 'paid' for 20% of rows where ...`.
    fn set(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let ColumnName { table, column, .. } = self.column()?;
        let to = match self.unassigned()? {
            Some(source) => source,
            None if self.take_sign('=') || self.take_any(&["to", "is"]) => self.assigned()?,
            None => {
                let words = ["to", "between", "like", "by", "is"];
                return Err(
                    self.expected("`=`, `to`, `between`, `at least`, `at most`, `by` or `like`", &words)
                );
            }
        };
        let rows = self.selection(Within::Edit)?;
        Ok(Edit::Set(SetColumn { table, column, to, rows }))
    }

    /// A range, a provider or examples, if they stand here.
    pub(super) fn unassigned(&mut self) -> Parsed<Option<Source>> {
        if self.take(&["by"]) {
            return self
                .dotted("the name of a provider, such as `person.email`", '.')
                .map(|name| Some(Source::Provider(name)));
        }
        if self.take(&["like"]) {
            return Ok(Some(Source::Examples(self.examples()?)));
        }
        Ok(self.range()?.map(Source::Range))
    }

    /// `null 30% of users.phone`.
    fn nulls(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let share = self.demand_share()?;
        self.demand("of")?;
        let ColumnName { table, column, .. } = self.column()?;
        Ok(Edit::Nulls(NullShare { table, column, share }))
    }

    /// `shift orders.created_at by -30 days where ...`.
    fn shift(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let ColumnName { table, column, .. } = self.column()?;
        self.demand("by")?;
        let (by, unit) = (self.whole()?, self.unit()?);
        let rows = self.selection(Within::Edit)?;
        Ok(Edit::Shift(ShiftTime { table, column, by, unit, rows }))
    }

    /// `scale products.price by 110% where ...`.
    fn scale(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let ColumnName { table, column, .. } = self.column()?;
        self.demand("by")?;
        let by = self.factor()?;
        let rows = self.selection(Within::Edit)?;
        Ok(Edit::Scale(ScaleNumber { table, column, by, rows }))
    }

    /// `rename 'NY' to 'New York', 'LA' to 'Los Angeles' in addresses.state`.
    fn rename(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            let from = self.demand_literal()?;
            self.demand("to")?;
            values.push(Renamed { from, to: self.demand_literal()? });
            if !self.take_sign(',') {
                break;
            }
        }
        self.demand("in")?;
        let ColumnName { table, column, .. } = self.column()?;
        Ok(Edit::Rename(RenameValues { table, column, values }))
    }

    /// `add 100 rows to orders`, or `add 100 orders`.
    fn add(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let count = self.demand_count()?;
        let table = if self.take(&["rows", "to"]) || self.take(&["row", "to"]) {
            self.table()?
        } else {
            self.take_any(&["more", "new"]);
            self.table_in_words()?
        };
        Ok(Edit::Add(AddRows { table, count }))
    }

    /// `remove rows from orders where ... cascade`, `remove 10% of orders`, `remove 10 rows from orders`.
    fn remove(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let start = self.at;
        let mut rows = Selection { share: self.share()?, ..Selection::default() };
        if rows.share.is_some() {
            self.demand("of")?;
            self.take(&["the"]);
        } else {
            rows.count = self.count()?;
            self.take_any(&["all", "the"]);
        }
        let said = self.at > start;
        let from =
            ["rows", "row"].into_iter().any(|word| self.take(&[word, "from"]) || self.take(&[word, "of"]));
        let table = if from || said && self.is_at_dotted() { self.table()? } else { self.table_in_words()? };
        let place = self.place();
        let more = self.selection(Within::Removal)?;
        if more.share.or(rows.share).is_some() && more.count.or(rows.count).is_some()
            || more.share.is_some() && rows.share.is_some()
            || more.count.is_some() && rows.count.is_some()
        {
            self.errors.push(TextError::SaidTwice { span: place });
        }
        rows = Selection {
            condition: more.condition,
            share: rows.share.or(more.share),
            count: rows.count.or(more.count),
        };
        let referrers = self.referrers()?;
        Ok(Edit::Remove(RemoveRows { table, rows, referrers }))
    }

    /// `cascade` or `with referrers`, if one stands here.
    fn referrers(&mut self) -> Parsed<Referrers> {
        if self.take(&["cascade"]) {
            return Ok(Referrers::AsDeclared);
        }
        if self.take(&["with"]) {
            return self.demand("referrers").map(|()| Referrers::Remove);
        }
        Ok(Referrers::Refuse)
    }

    /// `rows orders = 500`, or `rows = 500` for every table.
    fn row_count(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let table = if self.is_sign('=') { None } else { Some(self.table()?) };
        if !self.take_sign('=') {
            return Err(self.expected("`=`", &[]));
        }
        let count = self.demand_count()?;
        let referrers = self.referrers()?;
        Ok(Edit::Rows(RowCount { table, count, referrers }))
    }

    /// `spread orders.customer_id evenly`.
    fn spread(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let place = self.place();
        let ColumnName { table, column, places } = self.column()?;
        let Some(table) = table else {
            let candidates = places.iter().map(|p| super::names::shown(self.schema, *p)).collect();
            return Err(TextError::Ambiguous { span: place, words: format!("*.{column}"), candidates });
        };
        let ways = [
            ("evenly", Distribution::Even),
            ("even", Distribution::Even),
            ("uniformly", Distribution::Uniform),
            ("uniform", Distribution::Uniform),
            ("skewed", Distribution::Skewed),
        ];
        let way = ways.iter().find(|(word, _)| self.is_at(&[word]));
        let words = ways.map(|(word, _)| word);
        let (_, by) = way.ok_or_else(|| self.expected("`evenly`, `uniformly` or `skewed`", &words))?;
        self.at += 1;
        Ok(Edit::Spread(SpreadReference { table, column, by: *by }))
    }

    /// `locale de-DE in customers`.
    fn locale(&mut self) -> Parsed<Edit> {
        self.at += 1;
        let locale = self.dotted("a locale such as `de-DE`", '-')?;
        let table = if self.take(&["in"]) { Some(self.table()?) } else { None };
        Ok(Edit::Locale(SetLocale { locale, table }))
    }

    /// A name of words with a sign between them, or in quotes.
    fn dotted(&mut self, wanted: &'static str, sign: char) -> Parsed<String> {
        let start = self.at;
        match self.kind() {
            Some(Kind::Text(name)) => {
                self.at += 1;
                return Ok(name.clone());
            }
            Some(Kind::Word) => self.at += 1,
            _ => return Err(self.expected(wanted, &[])),
        }
        let adjoins = |this: &Self| matches!(this.kind(), Some(Kind::Word | Kind::Number)) && this.touches();
        loop {
            let before = self.at;
            if !(self.is_sign(sign) && self.touches()) {
                break;
            }
            self.at += 1;
            if !adjoins(self) {
                self.at = before;
                break;
            }
            self.at += 1;
        }
        Ok(self.text[self.span_from(start)].to_owned())
    }

    /// `for 20% of rows`, `for 10 rows`, `where ...`, in any order and each at most once.
    pub(super) fn selection(&mut self, within: Within) -> Parsed<Selection> {
        let mut rows = Selection::default();
        loop {
            let place = self.place();
            let said = if self.take(&["where"]) {
                rows.condition.replace(self.sql(within)?).is_some()
            } else if self.take(&["for"]) {
                self.selected(&mut rows)?
            } else {
                return Ok(rows);
            };
            if said {
                self.errors.push(TextError::SaidTwice { span: place });
            }
        }
    }

    /// `20% of rows` or `10 rows`; whether as much has been said before.
    fn selected(&mut self, rows: &mut Selection) -> Parsed<bool> {
        let said = rows.share.is_some() || rows.count.is_some();
        match self.share()? {
            Some(share) => {
                rows.share = Some(share);
                self.demand("of")?;
                self.take(&["the"]);
            }
            None => rows.count = Some(self.demand_count()?),
        }
        if !self.take_any(&["rows", "row"]) {
            return Err(self.expected("`rows`", &["rows"]));
        }
        Ok(said)
    }
}
