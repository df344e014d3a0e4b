//! The condition operators of RAM: the closed list of facts/ram-language.md 4.1.

/// The type of value that an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Text.
    String,
    /// Decimal numbers.
    Numeric,
    /// Instants.
    Date,
    /// `true` or `false`.
    Bool,
    /// Addresses and blocks.
    Ip,
}

macro_rules! operators {
    ($($name:ident, $family:ident, $negated:literal;)*) => {
        /// A condition operator.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operator {
            $(#[doc = concat!("`", stringify!($name), "`")] $name,)*
        }

        impl Operator {
            /// All operators, in the order of the reference.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name as policies write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// The operator of that name; case counts.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $(stringify!($name) => Some(Self::$name),)* _ => None }
            }

            /// The type of value that it compares.
            pub fn family(self) -> Family {
                match self { $(Self::$name => Family::$family),* }
            }

            /// Whether it is NOT of its positive form.
            pub fn is_negated(self) -> bool {
                match self { $(Self::$name => $negated),* }
            }
        }
    };
}

operators! {
    StringEquals, String, false;
    StringNotEquals, String, true;
    StringEqualsIgnoreCase, String, false;
    StringNotEqualsIgnoreCase, String, true;
    StringLike, String, false;
    StringNotLike, String, true;
    NumericEquals, Numeric, false;
    NumericNotEquals, Numeric, true;
    NumericLessThan, Numeric, false;
    NumericLessThanEquals, Numeric, false;
    NumericGreaterThan, Numeric, false;
    NumericGreaterThanEquals, Numeric, false;
    DateEquals, Date, false;
    DateNotEquals, Date, true;
    DateLessThan, Date, false;
    DateLessThanEquals, Date, false;
    DateGreaterThan, Date, false;
    DateGreaterThanEquals, Date, false;
    Bool, Bool, false;
    IpAddress, Ip, false;
    NotIpAddress, Ip, true;
    IpAddressIncludeBorder, Ip, false;
    NotIpAddressIncludeBorder, Ip, true;
}

/// How an ordered value must lie to the operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Smaller, or earlier.
    Less,
    /// Smaller or the same.
    LessOrEqual,
    /// Greater, or later.
    Greater,
    /// Greater or the same.
    GreaterOrEqual,
}

impl Comparison {
    /// Whether an ordering of value to operand fits.
    pub fn fits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Operator {
    /// The comparison of a numeric or date operator, in its positive form; equality for all others.
    pub fn comparison(self) -> Comparison {
        match self {
            Self::NumericLessThan | Self::DateLessThan => Comparison::Less,
            Self::NumericLessThanEquals | Self::DateLessThanEquals => Comparison::LessOrEqual,
            Self::NumericGreaterThan | Self::DateGreaterThan => Comparison::Greater,
            Self::NumericGreaterThanEquals | Self::DateGreaterThanEquals => Comparison::GreaterOrEqual,
            Self::StringEquals
            | Self::StringNotEquals
            | Self::StringEqualsIgnoreCase
            | Self::StringNotEqualsIgnoreCase
            | Self::StringLike
            | Self::StringNotLike
            | Self::NumericEquals
            | Self::NumericNotEquals
            | Self::DateEquals
            | Self::DateNotEquals
            | Self::Bool
            | Self::IpAddress
            | Self::NotIpAddress
            | Self::IpAddressIncludeBorder
            | Self::NotIpAddressIncludeBorder => Comparison::Equal,
        }
    }
}
