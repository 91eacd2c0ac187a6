//! The list of rules: which names mean what. The first that fits wins, so the particular stand above the general.
//!
//! A rule is a line: a provider, the families of types it may serve, the reason that `explain` gives, and phrases.
//! Phrases are words written together, since schemas don't agree where words end: `zipcode` stands for `zip_code`,
//! `ZipCode` and `zipcode`. A phrase matches at the end of a name, after whole words: `email` in `billing_email`, not
//! in `voicemail`. What stands before it tells several of a kind in one table apart.
//!
//! A list that is read from top to bottom, and not a table of hashes or weights: a name often matches several rules,
//! and the order says in plain sight which of them is meant.

use super::family::Families;
use super::subject::{self, PEOPLE, TableSubject};
use super::written_together::WrittenTogether;
use seedbed_schema_model::{SqlType, Table};

/// What is looked up: a column's name in words, its type, and its table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looked<'a> {
    /// The words of the column's name in lower case.
    pub(super) words: &'a [String],
    /// How many of the words, from the front, only say which table it is.
    pub(super) skipped: usize,
    /// The families of the column's type.
    pub(super) families: Families,
    /// The column's type below all domains.
    pub(super) base: &'a SqlType,
    /// The table, for rules that ask what it is about or look at the other columns.
    pub(super) table: &'a Table,
}

/// What was found: a provider, and why.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    /// The provider's name.
    pub(super) kind: &'static str,
    /// A phrase for `explain`: `named like a price`.
    pub(super) reason: &'static str,
    /// The words that tell this one of several entities in the table apart; empty for the only one.
    pub(super) role: String,
}

/// A line of the list.
struct NameRule {
    /// Phrases without spaces. `=x`: the whole name; `^x`: its first words; else its last words. Empty: any name.
    phrases: &'static [&'static str],
    /// The families of types of which the column has to belong to one.
    fits: Families,
    /// What else has to hold.
    when: When,
    /// The provider's name.
    kind: &'static str,
    /// A phrase for `explain`.
    reason: &'static str,
}

/// A condition on the table.
enum When {
    /// No condition.
    Always,
    /// The table is about one of these.
    About(&'static [TableSubject]),
    /// Another column's name has one of these words.
    Near(&'static [&'static str]),
}

/// The first rule that fits, `None` if none does. The whole name is looked up and the name without the words that only
/// say the table; then both without a number at the end (`address_2`).
pub(super) fn find(looked: &Looked<'_>) -> Option<Guess> {
    if let Some(found) = name_of_person(looked) {
        return Some(found);
    }
    let own = &looked.words[looked.skipped..];
    let name = WrittenTogether::of(looked.words);
    let forms = name.forms(looked);
    RULES.iter().find_map(|rule| {
        if !rule.fits.meets(looked.families) {
            return None;
        }
        let before = forms.iter().find_map(|form| rule.phrases.iter().find_map(|p| form.before(p)))?;
        if !rule.when.holds(looked) {
            return None;
        }
        Some(Guess {
            kind: rule.kind,
            reason: rule.reason,
            role: role(own, before.saturating_sub(looked.skipped)),
        })
    })
}

/// Whether the name is one of a row's creation.
pub(super) fn names_creation(looked: &Looked<'_>) -> bool {
    let rule = RULES.iter().find(|rule| rule.kind == "date.created" && rule.fits.meets(looked.families));
    let name = WrittenTogether::of(looked.words);
    rule.is_some_and(|rule| {
        name.forms(looked).iter().any(|form| rule.phrases.iter().any(|phrase| form.before(phrase).is_some()))
    })
}

/// `customer_name`, `contactName`, and bare roles such as `author`: a person's name after the role.
fn name_of_person(looked: &Looked<'_>) -> Option<Guess> {
    if !looked.families.meets(Families::TEXT) {
        return None;
    }
    let found = |role: &str| {
        let role = role.to_owned();
        Some(Guess { kind: "person.full_name", reason: "named like a person's name", role })
    };
    match &looked.words[looked.skipped..] {
        // A `user_name` is what a person logs in with.
        [.., role, name] if name == "name" && role != "user" && PEOPLE.contains(&role.as_str()) => {
            found(role)
        }
        [role]
            if PEOPLE.contains(&role.as_str())
                && !matches!(role.as_str(), "user" | "parent" | "child" | "admin") =>
        {
            found(role)
        }
        _ => None,
    }
}

/// The words before the match, and a number at the end of the name unless it is 1: `billing`, `2`. Empty where they
/// tell nothing apart.
fn role(words: &[String], before: usize) -> String {
    let mut role = words[..before.min(words.len())].concat();
    if let Some(last) = words.last().filter(|w| w.bytes().all(|b| b.is_ascii_digit()) && w.as_str() != "1") {
        role.push_str(last);
    }
    // The words that say "a person" where the table is about one anyway.
    if matches!(role.as_str(), "user" | "person" | "account" | "my" | "the") { String::new() } else { role }
}

impl When {
    /// Whether the column's table meets the condition.
    fn holds(&self, looked: &Looked<'_>) -> bool {
        match self {
            Self::Always => true,
            Self::About(subjects) => subjects.contains(&subject::of(looked.table)),
            Self::Near(words) => looked
                .table
                .columns
                .iter()
                .flat_map(|c| super::name::words(&c.name))
                .any(|word| words.contains(&word.as_str())),
        }
    }
}

/// A rule for all tables.
const fn rule(
    kind: &'static str,
    fits: Families,
    reason: &'static str,
    phrases: &'static [&'static str],
) -> NameRule {
    NameRule { phrases, fits, when: When::Always, kind, reason }
}

/// A rule for tables that meet a condition.
const fn when(
    when: When,
    kind: &'static str,
    fits: Families,
    reason: &'static str,
    phrases: &'static [&'static str],
) -> NameRule {
    NameRule { phrases, fits, when, kind, reason }
}

const T: Families = Families::TEXT;
const I: Families = Families::INTEGER;
const F: Families = Families::FRACTION;
const N: Families = Families::NUMBER;
const TI: Families = T.or(I);
const TN: Families = T.or(N);
const AT: Families = Families::INSTANT;
const DS: Families = Families::DATE.or(Families::TIMESTAMP);
const YEAR: Families = Families::YEAR;

/// A table with a column that belongs to a postal address.
const ADDRESS: When = When::Near(&[
    "city",
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "postalcode",
    "country",
    "street",
    "address",
    "town",
]);
/// A table about people.
const PERSONAL: When = When::About(&[TableSubject::Person]);

/// The rules, in the order in which they are tried.
#[rustfmt::skip]
static RULES: &[NameRule] = &[
    // Machines. Above the addresses of people, which end alike.
    rule("network.mac", T.or(Families::MAC), "named like a MAC address", &["macaddress", "macaddr", "mac", "hwaddr", "bssid", "callingstationid"]),
    rule("network.ipv6", T.or(Families::INET), "named like an IPv6 address", &["ipv6", "ip6", "ipv6address", "ipv6addr", "address6"]),
    rule("network.ipv4", T.or(Families::INET), "named like an IP address", &["ipaddress", "ipaddr", "ip", "ipv4", "ip4", "remoteaddr", "remoteaddress", "remotehost", "hostip", "inet", "clientaddress", "clientaddr", "sourceaddress", "srcaddr", "dstaddr", "framedipaddress", "saddr", "daddr", "srcip", "dstip"]),
    rule("network.cidr", T.or(Families::INET), "named like a network", &["cidr", "subnet", "network", "netmask", "iprange"]),
    rule("network.user_agent", T, "named like a user agent", &["useragent", "browseragent", "=browser", "=agent"]),
    rule("network.hostname", T, "named like a host", &["hostname", "host", "fqdn", "servername", "machinename", "nodename", "nasidentifier"]),
    rule("network.interface", T, "named like a network interface", &["interfacename", "ifname", "=interface"]),
    rule("number.port", I, "named like a port", &["port", "portnumber", "portno"]),
    rule("internet.http_method", T, "named like an HTTP method", &["httpmethod", "requestmethod", "httpverb"]),
    rule("number.http_status", I, "named like an HTTP status", &["httpstatus", "httpcode", "httpstatuscode", "responsecode", "statuscode", "responsestatus"]),
    rule("internet.protocol", T, "named like a protocol", &["protocol", "proto", "transport"]),

    // The net.
    rule("internet.email", T, "named like an e-mail address", &["email", "emailaddress", "emailaddr", "mail", "mailaddress", "useremail", "contactemail", "emailid", "=mailbox", "mailfrom", "mailto", "jid", "replyto", "cc", "bcc"]),
    rule("internet.image_url", T, "named like the address of an image", &["imageurl", "imgurl", "avatar", "avatarurl", "photourl", "pictureurl", "logourl", "iconurl", "thumbnail", "thumbnailurl", "thumb", "logo", "photo", "picture", "coverurl", "bannerurl", "favicon", "faviconurl", "imagelink"]),
    rule("internet.url", T, "named like a URL", &["url", "uri", "link", "href", "website", "homepage", "webpage", "weburl", "permalink", "webaddress", "endpoint", "urls", "referer", "referrer", "webhook", "=site", "=www"]),
    rule("internet.domain", T, "named like a domain", &["domain", "domainname", "dnsname", "zonename", "realm"]),
    rule("phone.extension", T, "named like a telephone extension", &["phoneextension", "phoneext"]),
    rule("file.path", T, "named like a file path", &["filepath", "path", "pathname", "directory", "folder", "dir", "filelocation", "fullpath"]),
    rule("file.mime_type", T, "named like a media type", &["mimetype", "mime", "contenttype", "mediatype"]),
    rule("file.extension", T, "named like a file extension", &["fileextension", "extension", "fileext", "=ext", "filetype", "fileformat"]),
    rule("file.name", T, "named like a file", &["filename", "file", "attachment", "originalname", "originalfilename"]),
    when(When::About(&[TableSubject::File]), "file.name", T, "the name of a file", &["=name"]),

    // Secrets and digests.
    rule("token.password_hash", T, "named like a password's hash", &["password", "passwordhash", "passwd", "pwd", "encryptedpassword", "hashedpassword", "pwdhash", "userpassword", "passhash", "pwhash", "passworddigest", "pass", "passphrase"]),
    rule("token.uuid", T, "named like a UUID", &["uuid", "guid"]),
    rule("token.md5", T, "named like an MD5 digest", &["md5", "md5sum", "md5hash"]),
    rule("token.sha256", T, "named like a SHA-256 digest", &["sha256", "sha512", "sha256sum"]),
    rule("token.sha1", T, "named like a SHA-1 digest", &["sha1", "sha", "commit", "commitsha", "commithash"]),
    rule("token.hex", T, "named like a token or digest", &["hash", "checksum", "digest", "token", "secret", "apikey", "accesstoken", "refreshtoken", "authtoken", "secretkey", "privatekey", "publickey", "salt", "nonce", "signature", "fingerprint", "etag", "hmac", "sessionkey", "authkey", "activationkey", "resetkey", "authcode", "csrf", "walletaddress", "thumbprint"]),

    // People.
    rule("person.username", T, "named like a user name", &["username", "login", "loginname", "userlogin", "screenname", "nickname", "nick", "handle", "uname", "=user", "createdby", "updatedby", "modifiedby", "deletedby", "lastmodifiedby", "changedby", "approvedby", "authuser", "accountname", "logonname"]),
    rule("person.first_name", T, "named like a first name", &["firstname", "fname", "givenname", "forename", "firstnames", "namefirst"]),
    rule("person.last_name", T, "named like a last name", &["lastname", "lname", "surname", "familyname", "namelast", "maidenname"]),
    when(When::Near(&["last", "lastname"]), "person.first_name", T, "a first name, since a last name stands beside it", &["=first"]),
    when(When::Near(&["first", "firstname"]), "person.last_name", T, "a last name, since a first name stands beside it", &["=last"]),
    rule("person.middle_initial", T, "named like a middle initial", &["middleinitial", "midinit", "=mi"]),
    rule("person.middle_name", T, "named like a middle name", &["middlename", "mname", "secondname"]),
    when(When::Near(&["first", "firstname"]), "person.middle_initial", T, "a middle initial, since a first name stands beside it", &["=middle"]),
    rule("person.initials", T, "named like initials", &["initials"]),
    rule("person.full_name", T, "named like a person's name", &["fullname", "realname", "personname", "legalname", "completename", "nameonaccount", "nameoncard", "contact", "person", "nextofkin", "attention", "attn", "salesrep"]),
    when(PERSONAL, "person.full_name", T, "the name shown for a person", &["displayname"]),
    rule("person.gender", T, "named like a gender", &["gender", "sex"]),
    rule("person.title", T, "named like a form of address", &["salutation", "honorific", "titleofcourtesy", "courtesytitle", "nameprefix", "namefix"]),
    rule("person.name_suffix", T, "named like a name's suffix", &["namesuffix"]),
    when(PERSONAL, "person.name_suffix", T, "named like a name's suffix", &["=suffix"]),
    rule("person.job_title", T, "named like a job", &["jobtitle", "occupation", "profession", "jobname", "contacttitle", "jobrole", "jobposition", "designation", "=job"]),
    when(PERSONAL, "person.job_title", T, "the title of a person", &["=title", "=position"]),
    rule("person.marital_status", T, "named like a marital status", &["maritalstatus", "civilstatus"]),
    rule("date.birth", AT, "named like a date of birth", &["birthdate", "dateofbirth", "dob", "birthday", "born", "birthdt", "bornon", "birthdatetime"]),
    rule("number.age", I, "named like an age", &["age", "ageyears"]),
    rule("phone.number", TN, "named like a telephone number", &["phone", "phonenumber", "phonenum", "phoneno", "mobile", "mobilenumber", "mobilephone", "cell", "cellphone", "telephone", "tel", "telno", "telnumber", "fax", "faxnumber", "homephone", "workphone", "contactnumber", "telephonenumber", "msisdn", "mobileno"]),

    // Places.
    when(ADDRESS, "address.unit", T, "named like the second line of an address", &["=line2", "=line3"]),
    when(ADDRESS, "address.street", T, "named like a line of an address", &["=line1", "=line"]),
    when(When::Near(&["line1"]), "address.city", T, "the last line of an address, which no city stands beside", &["=line4"]),
    rule("address.unit", T, "named like the second line of an address", &["address2", "addressline2", "street2", "addr2", "addressline3", "address3", "apartment", "apt", "suite", "streetline2", "unitnumber", "suitenumber"]),
    rule("address.street", T, "named like a street address", &["address", "addressline", "addr", "street", "streetaddress", "streetline", "streetaddressline", "addressstreet", "postaladdress"]),
    rule("address.street_name", T, "named like a street", &["streetname"]),
    rule("address.building_number", TI, "named like a house number", &["housenumber", "streetnumber", "buildingnumber", "houseno", "streetno"]),
    rule("address.city", T, "named like a city", &["city", "town", "cityname", "municipality", "village", "suburb", "hometown", "birthplace"]),
    when(When::About(&[TableSubject::City]), "address.city", T, "the name of a city", &["=name"]),
    rule("address.country_code", T, "named like a country code", &["countrycode", "countryiso", "countrycd", "isocountry", "countryalpha", "countryisocode", "countryshort"]),
    when(When::About(&[TableSubject::Country]), "address.country_code", T, "the code of a country", &["=code", "=iso", "isocode", "=abbreviation", "iso2", "alpha2", "iso3", "alpha3"]),
    rule("address.country", T, "named like a country", &["country", "countryname", "nation", "nationality", "nationname", "citizenship", "countryoforigin"]),
    when(When::About(&[TableSubject::Country]), "address.country", T, "the name of a country", &["=name"]),
    rule("address.region_code", T, "named like the code of a region", &["statecode", "regioncode", "provincecode", "stateabbr", "stateabbreviation", "stateprovincecode", "statecd"]),
    when(ADDRESS, "address.region", T, "named like a region", &["state", "district"]),
    rule("address.region", T, "named like a region", &["province", "region", "county", "stateprovince", "stateorprovince", "statename", "regionname", "provincename", "shipregion", "prefecture", "countyname"]),
    when(When::About(&[TableSubject::Region]), "address.region", T, "the name of a region", &["=name", "=description"]),
    rule("address.postcode", TI, "named like a postcode", &["zip", "zipcode", "postcode", "postalcode", "postal", "plz", "zippostal", "postalzip"]),
    rule("address.latitude", TN, "named like a latitude", &["latitude", "lat"]),
    rule("address.longitude", TN, "named like a longitude", &["longitude", "lng", "lon", "=long"]),
    rule("address.timezone", T, "named like a time zone", &["timezone", "tz", "tzname", "timezonename", "zoneinfo"]),
    rule("address.location", T, "named like a place", &["location", "venue", "place", "geo", "birthlocation"]),

    // Business.
    rule("company.name", T, "named like a company", &["company", "companyname", "organization", "organisation", "orgname", "organizationname", "organisationname", "employer", "employername", "publisher", "vendorname", "vendor", "suppliername", "supplier", "businessname", "manufacturer", "mfgr", "brand", "brandname", "shipper", "merchantname", "merchant", "bankname", "companylegalname", "storename", "shopname", "carrier", "institution", "affiliation"]),
    when(When::About(&[TableSubject::Company]), "company.name", T, "the name of a company", &["=name"]),
    rule("company.department", T, "named like a department", &["department", "dept", "departmentname", "deptname", "division"]),
    when(When::About(&[TableSubject::Department]), "company.department", T, "the name of a department", &["=name"]),
    rule("company.industry", T, "named like an industry", &["industry", "sector"]),
    rule("company.slogan", T, "named like a slogan", &["slogan", "tagline", "motto", "catchphrase"]),
    rule("product.name", T, "named like a product", &["productname", "itemname", "product", "partname", "articlename", "=item"]),
    when(When::About(&[TableSubject::Product]), "product.name", T, "the name of a product", &["=name", "=title"]),
    when(When::About(&[TableSubject::Product]), "product.description", T, "the description of a product", &["=description", "=desc"]),
    when(When::About(&[TableSubject::Category]), "product.category", T, "the name of a category", &["=name"]),
    rule("product.category", T, "named like a category", &["category", "categoryname", "subcategory", "productline", "mktsegment", "segment", "department"]),
    rule("product.material", T, "named like a material", &["material", "fabric"]),
    rule("product.container", T, "named like a container", &["container", "packaging", "packagetype"]),
    rule("product.unit", T, "named like a unit", &["unit", "units", "uom", "unitofmeasure", "unitmeasure"]),
    rule("product.size", T, "named like a size", &["size", "clothingsize", "shirtsize"]),
    rule("color.hex", T, "named like a colour's code", &["hexcolor", "colorhex", "colorcode", "hexcode", "bgcolor", "fgcolor", "backgroundcolor", "textcolor", "fontcolor"]),
    rule("color.name", T, "named like a colour", &["color", "colour", "colorname", "haircolor", "eyecolor"]),
    when(When::About(&[TableSubject::Color]), "color.name", T, "the name of a colour", &["=name"]),
    rule("code.sku", T, "named like an article number", &["sku", "productcode", "itemcode", "partnumber", "partno", "serialnumber", "serialno", "serial", "modelnumber", "productnumber", "articlenumber", "itemnumber", "assettag", "itemno"]),
    rule("code.isbn", T, "named like an ISBN", &["isbn", "isbn13", "isbn10"]),
    rule("code.ean", TI, "named like a bar code", &["ean", "ean13", "upc", "barcode", "gtin"]),
    rule("code.invoice_number", T, "named like an invoice number", &["invoicenumber", "invoiceno", "billnumber", "receiptnumber", "invoicecode"]),
    rule("code.order_number", TI, "named like an order number", &["ordernumber", "orderno", "ponumber", "purchaseordernumber", "ticketnumber", "referencenumber", "refno", "confirmationnumber", "transactionnumber", "casenumber", "docnumber", "documentnumber"]),
    rule("code.account_number", TI, "named like an account number", &["accountnumber", "accountno", "acctno", "acctnumber", "bankaccount", "accnumber", "membershipnumber", "policynumber"]),
    rule("code.tracking_number", TI, "named like a tracking number", &["trackingnumber", "trackingno", "trackingcode"]),
    rule("code.bic", T, "named like a bank's code", &["bic", "swift", "swiftcode", "biccode", "swiftbic"]),
    rule("code.last_four", T, "named like the end of a card number", &["last4", "lastfour", "last4digits", "lastfourdigits", "cardending"]),
    rule("code.iban", T, "named like an IBAN", &["iban"]),
    rule("code.card_number", T, "named like a card number", &["cardnumber", "creditcardnumber", "ccnumber", "cardno", "creditcard"]),
    rule("code.coupon", T, "named like a coupon", &["couponcode", "promocode", "vouchercode", "discountcode", "coupon", "referralcode", "invitecode", "giftcode"]),
    rule("code.license_plate", T, "named like a licence plate", &["licenseplate", "plate", "platenumber", "registrationplate", "numberplate"]),
    rule("code.tax_number", T, "named like a tax number", &["taxnumber", "vatnumber", "vat", "taxid", "vatid", "taxpayerid", "nationalid", "ssn", "tin", "ein", "socialsecuritynumber", "nationalnumber", "passportnumber", "licensenumber", "sin"]),

    // Money.
    rule("money.currency_name", T, "named like a currency", &["currencyname"]),
    when(When::About(&[TableSubject::Currency]), "money.currency_name", T, "the name of a currency", &["=name"]),
    when(When::About(&[TableSubject::Currency]), "money.currency_code", T, "the code of a currency", &["=code", "=iso", "isocode"]),
    rule("money.currency_code", T, "named like a currency code", &["currency", "currencycode", "curr", "currencyiso", "currencycd", "basecurrency"]),
    rule("money.payment_method", T, "named like a way to pay", &["paymentmethod", "paymenttype", "paymethod", "paidwith", "paymentmode"]),
    rule("money.card_brand", T, "named like a card brand", &["cardtype", "cardbrand", "creditcardtype", "cctype"]),
    rule("number.rate", F, "named like a rate", &["taxrate", "interestrate", "exchangerate", "conversionrate", "discountrate", "ratio", "probability", "confidence", "fraction", "discountpct", "commissionpct", "share", "factor"]),
    rule("money.amount", N, "named like an amount of money", &["totalprice", "totalcost", "totalfee"]),
    rule("money.price", N, "named like a price", &["price", "unitprice", "listprice", "saleprice", "retailprice", "extendedprice", "cost", "unitcost", "rentalrate", "dailyrate", "hourlyrate", "standardcost", "pricecents", "costcents", "msrp"]),
    rule("money.salary", N, "named like a salary", &["salary", "wage", "basesalary", "annualsalary", "yearlyincome", "income", "annualincome"]),
    rule("money.fee", N, "named like a fee", &["fee", "fees", "tax", "taxamount", "freight", "shippingcost", "shippingfee", "surcharge", "tip", "commission", "taxamt", "vatamount"]),
    rule("number.rate", F, "named like a rate", &["discount", "rate"]),
    rule("money.amount", N, "named like an amount of money", &["amount", "amt", "totalamount", "subtotal", "totalprice", "grandtotal", "totaldue", "amountdue", "amountpaid", "amountcents", "payment", "revenue", "budget", "charge", "debit", "credit", "refund", "sales", "turnover", "profit", "expense", "donation", "bid", "ytd", "paid", "subtotalamount"]),
    rule("money.amount", F, "named like an amount of money", &["total", "value", "sum", "net", "gross"]),
    rule("money.balance", N, "named like a balance", &["balance", "acctbal", "accountbalance", "creditlimit", "creditlim", "deposit", "saldo"]),

    // Instants.
    rule("date.created", AT, "named like a time of creation", &["createdat", "created", "createdon", "createddate", "creationdate", "createdate", "createtime", "creationtime", "datecreated", "dateadded", "dateadd", "dateofcreation", "timecreated", "whencreated", "addtime", "inserttime", "timeadded", "dateentered", "addedat", "addeddate", "insertedat", "inserted", "insertdate", "registeredat", "registrationdate", "registered", "registerdate", "joinedat", "joindate", "signupdate", "signedupat", "orderdate", "orderedat", "ordertime", "purchasedate", "purchasedat", "postedat", "postdate", "dateposted", "submittedat", "submitdate", "submissiondate", "hiredate", "hiredat", "rentaldate", "invoicedate", "ctime", "regdate", "opendate", "openedat", "createdts", "createts", "createdtime", "entryd", "entrydate", "since", "createddatetime", "timecreated", "userregistration", "issuedat", "issuedate", "senton", "receivedat"]),
    rule("date.updated", AT, "named like a time of change", &["updatedat", "updated", "updatedon", "lastupdate", "lastupdated", "lastupdatedat", "modified", "modifiedat", "modifieddate", "modifiedon", "datemodified", "lastmodified", "dateupd", "dateupdated", "timemodified", "timeupdated", "lastedited", "lastmodifiedat", "lastmodifieddate", "lastmodifiedtime", "changedat", "changed", "changedon", "modifydate", "modificationdate", "modificationtime", "dateofchange", "mtime", "updatedate", "updateddate", "updatetime", "updatedtime", "updatets", "moddate", "lastchange", "lastchanged", "dateupdated", "editedat", "touched", "modificationdate", "modificationtime", "timemodified", "timeupdated", "lastactivity"]),
    rule("date.deleted", AT, "named like a time of removal", &["deletedat", "deleted", "removedat", "archivedat", "closedat", "cancelledat", "canceledat", "revokedat", "discardedat", "deleteddate", "terminatedat", "terminationdate", "closedate", "deletedon", "disabledat", "datedeleted", "deactivatedat", "leavedate"]),
    rule("date.expires", AT, "named like an expiry", &["expires", "expiresat", "expiry", "expirydate", "expirationdate", "expiration", "expdate", "expireat", "expiretime", "expiresin", "expiredat", "expireson", "expire", "expireddate", "expirationtime", "expiryat", "exptime"]),
    rule("date.due", AT, "named like a due date", &["due", "duedate", "dueat", "deadline", "requireddate", "commitdate", "duetime", "dateforpayment", "dateforpickup", "nextattemptat", "nextrunat", "scheduledat"]),
    rule("date.shipped", AT, "named like a date of shipping", &["shippeddate", "shipdate", "shippedat", "dispatchedat", "dateshipped", "dispatchdate"]),
    rule("date.delivered", AT, "named like a date of delivery", &["deliverydate", "deliveredat", "deliverd", "receiptdate", "arrivaldate", "arrivedat", "delivereddate", "dateofdelivery", "deliveredon"]),
    rule("date.end", AT, "named like an end", &["enddate", "endsat", "endtime", "endedat", "validto", "validuntil", "todate", "until", "end", "finishdate", "finishedat", "completedat", "completed", "checkout", "checkoutdate", "returndate", "thrudate", "stoptime", "acctstoptime", "stopdate", "effectiveto", "endat", "ended", "endson", "recenddate", "solddate", "leftat"]),
    rule("date.start", AT, "named like a start", &["startdate", "startsat", "starttime", "startedat", "validfrom", "begindate", "begintime", "begin", "start", "fromdate", "effectivedate", "activationdate", "checkin", "checkindate", "effectivefrom", "acctstarttime", "startat", "started", "startson", "recstartdate"]),
    rule("date.event", AT, "named like an instant", &["lastlogin", "lastloginat", "lastlogindate", "lastseen", "lastseenat", "lastaccess", "lastaccessed", "lastaccessedat", "lastvisit", "lastvisitdate", "lastactiveat", "lastusedat", "lastused", "publishedat", "publisheddate", "publishdate", "publicationdate", "pubdate", "approvedat", "verifiedat", "confirmedat", "acceptedat", "processedat", "paymentdate", "paidat", "paydate", "readat", "sentat", "resolvedat", "loginat", "logintime", "accesstime", "atime", "syncedat", "lastsync", "lastrun", "lastchecked", "lastcheck", "reviewedat", "activatedat", "lockedat", "reviewdate", "transactiondate", "transactiontime"]),
    rule("date.month_name", T, "named like a month", &["monthname"]),
    rule("date.weekday", T, "named like a day of the week", &["weekday", "dayofweek", "dayname"]),
    rule("date.past", AT, "an instant", &["at", "date", "timestamp", "datetime", "time", "on", "ts", "epoch", "ms", "millis", "us", "micros"]),
    rule("date.past", DS, "its type is an instant", &[""]),
    rule("date.time_of_day", Families::TIME, "its type is a time of day", &[""]),
    rule("date.time_of_day", T, "named like a time of day", &["timeofday", "opentime", "closetime", "openingtime", "closingtime"]),
    rule("date.year", TI.or(YEAR), "named like a year", &["year", "releaseyear", "yr", "fiscalyear", "modelyear", "publicationyear", "yearpublished", "yearbuilt"]),
    rule("date.year", YEAR, "its type is a year", &[""]),
    rule("date.month", I, "named like a month", &["month", "expmonth", "moy", "monthnumber"]),
    rule("date.day", I, "named like a day of the month", &["dayofmonth", "dom", "=day"]),
    rule("date.hour", I, "named like an hour", &["hour", "hourofday"]),
    rule("date.minute", I, "named like a minute", &["=minute"]),

    // Quantities.
    rule("number.milliseconds", I, "named like milliseconds", &["milliseconds", "ms", "millis", "durationms", "latencyms", "responsetime", "elapsedms", "latency", "msec"]),
    rule("number.minutes", I, "named like minutes", &["minutes", "mins", "durationminutes", "runtime", "runtimeminutes", "estimatedminutes"]),
    rule("number.seconds", N, "named like seconds", &["seconds", "secs", "duration", "timeout", "ttl", "interval", "elapsed", "durationseconds", "sec", "sessiontime", "acctsessiontime", "delay", "lifetime", "maxage", "period"]),
    rule("number.bytes", I, "named like a size in bytes", &["bytes", "filesize", "sizebytes", "size", "bytesize", "contentlength", "memory", "diskspace", "octets", "inputoctets", "outputoctets", "len", "bodysize"]),
    when(PERSONAL, "number.body_height", N, "the height of a person", &["heightcm"]),
    when(PERSONAL, "number.body_height", F, "the height of a person", &["height"]),
    when(PERSONAL, "number.body_weight", N, "the weight of a person", &["weight", "weightkg"]),
    rule("number.pixels", I, "named like pixels", &["width", "height", "imagewidth", "imageheight", "resolution", "pixels", "dpi"]),
    rule("number.weight", N, "named like a weight", &["weight", "mass", "weightkg", "grossweight", "netweight", "weightgrams"]),
    rule("number.length", N, "named like a length", &["length", "width", "height", "depth", "distance", "diameter", "radius", "altitude", "elevation", "thickness", "area", "volume"]),
    rule("number.temperature", N, "named like a temperature", &["temperature", "temp"]),
    rule("number.percent", N, "named like a percentage", &["percent", "percentage", "pct", "perc", "humidity", "progress", "completion", "battery"]),
    rule("number.rating", N, "named like a rating", &["rating", "stars", "starrating", "avgrating", "averagerating", "reviewrating"]),
    rule("number.score", N, "named like a score", &["score", "points", "karma", "reputation", "gpa", "mark", "marks"]),
    rule("number.quantity", N, "named like a quantity", &["quantity", "qty", "orderqty", "orderquantity", "itemcount", "seats", "capacity", "units"]),
    rule("number.stock", I, "named like a stock", &["stock", "unitsinstock", "onhand", "inventory", "stockquantity", "unitsonorder", "reorderlevel", "reorderpoint", "availqty", "stocklevel", "safetystocklevel", "quantityinstock"]),
    rule("number.count", I, "named like a count", &["count", "cnt", "views", "likes", "hits", "clicks", "visits", "attempts", "retries", "downloads", "followers", "votes", "upvotes", "downvotes", "comments", "shares", "replies", "failures", "impressions", "plays", "counter", "total", "^num", "^nb", "^numberof", "^nof", "^count", "^total", "frequency", "usage", "edits"]),
    rule("number.priority", I, "named like a priority", &["priority", "prio", "urgency", "severity", "=level"]),
    rule("number.position", I, "named like a position", &["position", "sortorder", "displayorder", "ordering", "ordinal", "rank", "ranking", "sequence", "seq", "sort", "pos", "orderindex", "sortindex", "linenumber", "lineno", "line", "tracknumber", "discnumber", "pagenumber", "page", "chapter", "=order", "weightorder", "rownumber"]),
    rule("number.code", I, "a number that stands for one of a few cases", &["status", "state", "type", "kind", "mode", "visibility", "access", "method", "action", "category", "class", "role", "source", "scope", "phase", "stage", "result", "outcome", "format", "condition", "gender", "sex", "severity", "protocol", "typ", "statut", "estado", "stato"]),
    rule("version.semantic", TN, "named like a version", &["version", "ver", "appversion", "softwareversion", "versionnumber", "revision", "schemaversion"]),

    // Words for states and kinds.
    when(When::About(&[TableSubject::Language]), "locale.language_name", T, "the name of a language", &["=name"]),
    when(When::About(&[TableSubject::Language]), "locale.language_code", T, "the code of a language", &["=code", "isocode", "=iso"]),
    rule("locale.language_name", T, "named like a language", &["languagename"]),
    rule("locale.language_code", T, "named like a language code", &["language", "lang", "languagecode", "langcode", "locallang", "originallanguage", "preferredlanguage"]),
    rule("locale.tag", T, "named like a locale", &["locale", "culture", "localecode"]),
    rule("locale.charset", T, "named like a character set", &["charset", "encoding", "characterset"]),
    rule("status.order", T, "named like the state of an order", &["orderstatus", "shippingstatus", "deliverystatus", "shipmentstatus", "fulfillmentstatus"]),
    rule("status.state", T, "named like a state", &["status", "state", "stage", "phase", "statusname", "condition", "result", "outcome", "disposition"]),
    rule("status.priority", T, "named like a priority", &["priority", "urgency", "orderpriority", "importance"]),
    rule("status.severity", T, "named like a severity", &["severity", "loglevel", "level", "verbosity"]),
    rule("status.role", T, "named like a role", &["role", "rolename", "usertype", "permission", "privilege", "accesslevel"]),
    rule("status.event", T, "named like an event", &["action", "event", "eventtype", "eventname", "activity", "operation", "actiontype"]),
    rule("status.visibility", T, "named like a visibility", &["visibility", "privacy"]),
    rule("status.genre", T, "named like a genre", &["genre", "genrename"]),
    rule("status.grade", T, "named like a grade", &["grade", "lettergrade"]),
    rule("status.rating_code", T, "named like a rating", &["rating", "mpaarating", "contentrating"]),
    rule("status.yes_no", T, "named like a yes or no", &["yesno", "flag"]),
    rule("status.tag", T, "named like a tag", &["tag", "tagname", "tags", "keyword", "keywords", "labels"]),
    rule("status.type", T, "named like a type", &["type", "kind", "typename", "class", "tier", "plan", "mode", "variant", "sourcetype", "accounttype", "format", "method"]),

    // Words.
    rule("text.tsvector", Families::TSVECTOR, "its type is a text search vector", &[""]),
    rule("json.object", Families::JSON, "its type is JSON", &[""]),
    rule("text.slug", T, "named like a slug", &["slug", "urlkey", "urlname", "seoname", "alias"]),
    when(PERSONAL, "person.full_name", T, "the name of a person", &["=name"]),
    when(When::About(&[TableSubject::Host]), "network.hostname", T, "the name of a machine", &["=name"]),
    rule("text.paragraph", T, "named like running text", &["body", "content", "text", "biography", "bio", "fulldescription", "longdescription", "article", "details", "story", "essay", "abstract", "html", "fulltext", "lyrics", "plot", "synopsis", "transcript", "bodytext", "terms"]),
    rule("text.sentence", T, "named like a remark", &["description", "desc", "descr", "comment", "comments", "note", "notes", "remark", "remarks", "message", "msg", "summary", "review", "feedback", "reason", "excerpt", "answer", "question", "explanation", "memo", "about", "shortdescription", "instructions", "quote", "statement", "info", "information", "observation", "problem", "caption", "reply", "hint", "errormessage", "error", "reviewtext", "warning", "snippet", "log", "data"]),
    rule("text.title", T, "named like a title", &["title", "headline", "subject", "heading", "topic", "subtitle", "pagetitle", "chaptertitle", "booktitle", "songtitle", "label"]),
    rule("text.title", T, "named like a name", &["name", "displaytitle"]),
    rule("text.identifier", T, "named like a key", &["key", "identifier", "metakey", "setting", "property", "attribute", "option", "variable", "parameter", "param", "field", "fieldname", "column"]),
    rule("code.short", T, "named like a code", &["code", "cd", "abbreviation", "abbr", "acronym", "symbol", "prefix", "suffix", "shortcode", "number", "no", "num", "reference", "ref"]),
];

#[cfg(test)]
mod tests {
    use super::RULES;
    use crate::kinds::named;

    #[test]
    fn every_rule_names_a_provider() {
        for rule in RULES {
            assert!(named(rule.kind).is_some(), "{}", rule.kind);
        }
    }
}
