//! Self-contained pages. Text and attribute values are escaped by the only functions that write them, tags and the names of
//! attributes are fixed words of this program: nothing that a user wrote can become markup.

mod graph;
pub mod review;
mod tables;

/// A page under construction.
#[derive(Debug, Default)]
pub(super) struct Markup {
    text: String,
}

/// Attributes of a tag.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Markup {
    /// A begin tag.
    pub(super) fn open(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.text.push('<');
        self.text.push_str(tag);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.write(value);
            self.text.push('"');
        }
        self.text.push('>');
    }

    /// An end tag.
    pub(super) fn close(&mut self, tag: &'static str) {
        self.text.push_str("</");
        self.text.push_str(tag);
        self.text.push('>');
    }

    /// Text.
    pub(super) fn write(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                // No control character has a place in a page, nor what turns the direction of a line.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.text.push('\u{fffd}'),
                c if c.is_control() && !matches!(c, '\n' | '\t') => self.text.push('\u{fffd}'),
                c => self.text.push(c),
            }
        }
    }

    /// A tag with text in it.
    pub(super) fn element(&mut self, tag: &'static str, attributes: Attributes<'_>, text: &str) {
        self.open(tag, attributes);
        self.write(text);
        self.close(tag);
    }

    /// A tag with more in it.
    pub(super) fn within(&mut self, tag: &'static str, attributes: Attributes<'_>, content: impl FnOnce(&mut Self)) {
        self.open(tag, attributes);
        content(self);
        self.close(tag);
    }

    /// Markup that is a part of this program.
    pub(super) fn fixed(&mut self, markup: &'static str) {
        self.text.push_str(markup);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_write_stays_text() {
        let mut page = Markup::default();
        page.element("p", &[("title", "\"><script>alert(1)</script>")], "</p><img src=x onerror='x'>&\u{202e}\u{7}");
        assert_eq!(
            page.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">&lt;/p&gt;&lt;img src=x onerror=&#39;x&#39;&gt;&amp;\u{fffd}\u{fffd}</p>"
        );
    }
}
