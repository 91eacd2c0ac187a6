//! Well-known places and the countries they lie in, read from compact tables when first used.

use crate::words::rows;
use std::sync::LazyLock;

/// A city. Coordinates are in hundredths of a degree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct City {
    pub(crate) city: &'static str,
    pub(crate) region: &'static str,
    /// The region's ISO 3166-2 code without the country.
    pub(crate) region_code: &'static str,
    pub(crate) latitude: i64,
    pub(crate) longitude: i64,
    pub(crate) timezone: &'static str,
    /// Index into [`COUNTRIES`].
    pub(crate) country: usize,
}

/// A country with its ISO 3166-1 codes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Country {
    pub(crate) name: &'static str,
    pub(crate) alpha2: &'static str,
    pub(crate) alpha3: &'static str,
    pub(crate) numeric: &'static str,
    /// ISO 4217.
    pub(crate) currency: &'static str,
    pub(crate) calling_code: &'static str,
    /// `N` for a digit, `A` for a letter; empty for no postcodes.
    pub(crate) postcode: &'static str,
}

/// Countries by name.
pub(crate) static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    rows(include_str!("../data/en/countries.txt"))
        .filter_map(|fields| {
            let [name, alpha2, alpha3, numeric, currency, calling_code, postcode] = fields[..] else {
                return None;
            };
            Some(Country { name, alpha2, alpha3, numeric, currency, calling_code, postcode })
        })
        .collect()
});

/// Cities, grouped by country.
pub(crate) static PLACES: LazyLock<Vec<City>> = LazyLock::new(|| {
    let mut country = 0;
    let mut timezone = "";
    let mut places = Vec::new();
    for line in include_str!("../data/en/places.txt").lines() {
        if let Some((code, zone)) = line.strip_prefix("# ").and_then(|l| l.split_once(' ')) {
            country = COUNTRIES.iter().position(|c| c.alpha2 == code).unwrap_or(0);
            timezone = zone;
            continue;
        }
        let fields: Vec<&'static str> = line.split('|').collect();
        let [city, region, region_code, latitude, longitude] = fields[..] else { continue };
        let (latitude, longitude) = (hundredths(latitude), hundredths(longitude));
        places.push(City { city, region, region_code, latitude, longitude, timezone, country });
    }
    places
});

/// A number with two decimals, times a hundred; the digits alone when the point is dropped.
fn hundredths(text: &str) -> i64 {
    text.bytes().filter(u8::is_ascii_digit).fold(0, |n, d| n * 10 + i64::from(d - b'0'))
        * if text.starts_with('-') { -1 } else { 1 }
}

impl City {
    /// The country it lies in.
    pub(crate) fn country(&self) -> &'static Country {
        &COUNTRIES[self.country]
    }
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
