//! Well-known places and the countries they lie in, read from compact tables when first used.
//!
//! `data/en/countries.txt` has a country a line: name, alpha-2, alpha-3 and numeric code, currency, calling code, form
//! of postcodes. `data/en/places.txt` has headers such as `# US America/New_York`, each followed by the cities of that
//! country and time zone: name, region, the region's code, latitude, longitude. Fields stand between bars. A line of
//! another shape is skipped. `data/places/*.txt` have the cities of one locale each: headers are the time zone alone, and
//! a sixth field has the forms of the city's postcodes, between commas.

use crate::words::fields;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A city, its region and where it lies: `Boston`, `Massachusetts`, `MA`, 4236, -7106, `America/New_York`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct City {
    /// Its English name. Cities of one name may stand in the table several times.
    pub(crate) city: &'static str,
    /// The state, province or county.
    pub(crate) region: &'static str,
    /// The region's ISO 3166-2 code without the country.
    pub(crate) region_code: &'static str,
    /// North of the equator, in hundredths of a degree.
    pub(crate) latitude: i64,
    /// East of Greenwich, in hundredths of a degree.
    pub(crate) longitude: i64,
    /// Its name in the IANA time zone database.
    pub(crate) timezone: &'static str,
    /// Index of its country in the [`Atlas`].
    pub(crate) country: usize,
    /// Forms of its postcodes, between commas: `#` for a digit, `?` for a letter; empty for the country's form.
    pub(crate) postcode: &'static str,
}

/// Cities and the countries they lie in: all there are, or those of a locale.
#[derive(Clone, Debug)]
pub(crate) struct Atlas {
    /// The index of a city is the place's ordinal modulo their number.
    pub(crate) cities: Cow<'static, [City]>,
    /// Countries, at least one.
    pub(crate) countries: Cow<'static, [Country]>,
}

/// All cities and countries.
pub(crate) static WORLD: LazyLock<Atlas> = LazyLock::new(|| Atlas {
    cities: Cow::Borrowed(PLACES.as_slice()),
    countries: Cow::Borrowed(COUNTRIES.as_slice()),
});

impl Atlas {
    /// Index of the city that an ordinal shows.
    pub(crate) fn index(&self, ordinal: u64) -> usize {
        (ordinal % self.cities.len() as u64) as usize
    }

    /// The city that an ordinal shows.
    pub(crate) fn city(&self, ordinal: u64) -> &City {
        &self.cities[self.index(ordinal)]
    }

    /// The country that a city lies in.
    pub(crate) fn country(&self, city: &City) -> &Country {
        &self.countries[city.country]
    }
}

/// A country with its ISO 3166-1 codes: `Netherlands`, `NL`, `NLD`, `528`, `EUR`, `31`, `NNNN AA`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Country {
    /// Its English short name.
    pub(crate) name: &'static str,
    /// Two capital letters.
    pub(crate) alpha2: &'static str,
    /// Three capital letters.
    pub(crate) alpha3: &'static str,
    /// Three digits with leading zeros, and so text.
    pub(crate) numeric: &'static str,
    /// The currency's ISO 4217 code.
    pub(crate) currency: &'static str,
    /// The prefix of telephone numbers (ITU-T E.164) without `+`.
    pub(crate) calling_code: &'static str,
    /// `N` for a digit, `A` for a letter, anything else for itself, all in ASCII; five digits where a country has no
    /// postcodes.
    pub(crate) postcode: &'static str,
}

/// Countries, sorted by name.
pub(crate) static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let country = |line| {
        let [name, alpha2, alpha3, numeric, currency, calling_code, postcode] = fields(line)?;
        let postcode = if postcode.is_empty() { "NNNNN" } else { postcode };
        Some(Country { name, alpha2, alpha3, numeric, currency, calling_code, postcode })
    };
    include_str!("../data/en/countries.txt").lines().filter_map(country).collect()
});

/// Cities, grouped by country and time zone. The index of a city is the place's ordinal modulo their number.
pub(crate) static PLACES: LazyLock<Vec<City>> = LazyLock::new(|| {
    cities(include_str!("../data/en/places.txt"), |header| {
        let (code, zone) = header.split_once(' ')?;
        Some((COUNTRIES.iter().position(|c| c.alpha2.bytes().eq(code.bytes())).unwrap_or(0), zone))
    })
});

/// The cities of a table. `header` reads a country's index and a time zone from a header.
pub(crate) fn cities(
    text: &'static str,
    header: impl Fn(&'static str) -> Option<(usize, &'static str)>,
) -> Vec<City> {
    let mut country = 0;
    let mut timezone = "";
    let mut places = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("# ").and_then(&header) {
            (country, timezone) = head;
            continue;
        }
        let without_postcode =
            |[city, region, code, north, east]: [&'static str; 5]| [city, region, code, north, east, ""];
        let Some([city, region, region_code, latitude, longitude, postcode]) =
            fields(line).or_else(|| fields(line).map(without_postcode))
        else {
            continue;
        };
        let (latitude, longitude) = (hundredths(latitude), hundredths(longitude));
        places.push(City { city, region, region_code, latitude, longitude, timezone, country, postcode });
    }
    places
}

/// A number with two decimals, times a hundred; the digits alone when the point is dropped.
fn hundredths(text: &str) -> i64 {
    text.bytes().filter(u8::is_ascii_digit).fold(0, |n, d| n * 10 + i64::from(d - b'0'))
        * if text.starts_with('-') { -1 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        assert!(PLACES.len() >= 300);
        assert!(COUNTRIES.len() >= 150);
        for place in PLACES.iter() {
            assert!((-9_000..=9_000).contains(&place.latitude), "{}", place.city);
            assert!((-18_000..=18_000).contains(&place.longitude), "{}", place.city);
            assert!(place.timezone.contains('/'), "{}", place.city);
        }
        for country in COUNTRIES.iter() {
            assert_eq!((country.alpha2.len(), country.alpha3.len(), country.numeric.len()), (2, 3, 3));
            assert_eq!(country.currency.len(), 3);
        }
    }

    #[test]
    fn every_header_names_a_country() {
        for line in include_str!("../data/en/places.txt").lines() {
            if let Some(code) = line.strip_prefix("# ").and_then(|l| l.get(..2)) {
                assert!(COUNTRIES.iter().any(|c| c.alpha2 == code), "{code}");
            }
        }
    }
}
