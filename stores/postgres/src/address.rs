use std::iter::Peekable;
use std::str::Chars;

use onefold::InvalidArgumentError;
use percent_encoding::percent_decode_str;
use rustls::ClientConfig;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Config, Error};

use crate::options::PostgresOptions;
use crate::tls::{self, Check};

/// Where the database is and how to get there: an address as `libpq` takes it, with what the options say.
pub(crate) struct Address {
    pub(crate) config: Config,
    /// How connections are encrypted, if they are.
    pub(crate) tls: Option<ClientConfig>,
}

impl Address {
    pub(crate) fn parse(dsn: &str, options: &PostgresOptions) -> Result<Self, InvalidArgumentError> {
        if options.connections == 0 {
            return Err(InvalidArgumentError::new("connections", "it is 0; give at least 1"));
        }
        let (plain, given) = TlsSettings::split_off(dsn);
        let mut config: Config = plain.parse().map_err(|error: Error| {
            let cause =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            // The address itself is not shown: it may hold a password.
            let form = "write it as in postgresql://user@host/database";
            invalid(format!("it is no address of a PostgreSQL database: {cause}; {form}"))
        })?;
        if config.get_application_name().is_none() {
            config.application_name(&options.application_name);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.connect_timeout);
        }
        // What appends hold back is not known on a replica, so readers must not read there.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        let tls = match &options.tls {
            Some(tls) => {
                config.ssl_mode(SslMode::Require);
                Some(tls.clone())
            }
            None => given.apply(&mut config)?,
        };
        Ok(Self { config, tls })
    }
}

/// `sslmode` and `sslrootcert`, of which tokio-postgres knows less than `libpq`.
#[derive(Default)]
struct TlsSettings {
    mode: Option<String>,
    roots: Option<String>,
}

impl TlsSettings {
    /// The address without these settings, and the settings.
    fn split_off(dsn: &str) -> (String, Self) {
        let mut settings = Self::default();
        let plain =
            if dsn.contains("://") { settings.take_from_url(dsn) } else { settings.take_from_pairs(dsn) };
        (plain.unwrap_or_else(|| dsn.to_owned()), settings)
    }

    /// Says in the configuration whether to encrypt, and gives how.
    fn apply(self, config: &mut Config) -> Result<Option<ClientConfig>, InvalidArgumentError> {
        let roots = self.roots.as_deref();
        let (mode, check) = match (self.mode.as_deref(), roots) {
            (Some("disable"), _) => (SslMode::Disable, None),
            (None, Some("system")) | (Some("verify-full"), _) => (SslMode::Require, Some(Check::Host)),
            (None | Some("allow" | "prefer"), _) => (SslMode::Prefer, Some(Check::Nothing)),
            (Some("require"), None) => (SslMode::Require, Some(Check::Nothing)),
            // As in `libpq`: who names certificates wants them checked.
            (Some("require" | "verify-ca"), _) => (SslMode::Require, Some(Check::Chain)),
            (Some(other), _) => {
                let modes = "disable, prefer, require, verify-ca or verify-full";
                return Err(invalid(format!("`sslmode={other}` is unknown; use {modes}")));
            }
        };
        // Sockets of this machine are never encrypted.
        let is_local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        config.ssl_mode(if is_local { SslMode::Disable } else { mode });
        check.filter(|_| !is_local).map(|check| tls::client(check, roots)).transpose()
    }

    /// Keeps a setting if it is one of these.
    fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "sslmode" => self.mode = Some(value.to_owned()),
            "sslrootcert" => self.roots = Some(value.to_owned()),
            _ => return false,
        }
        true
    }

    fn take_from_url(&mut self, url: &str) -> Option<String> {
        let (place, query) = url.split_once('?')?;
        let others: Vec<_> = query
            .split('&')
            .filter(|setting| {
                let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
                !self.take(key, &percent_decode_str(value).decode_utf8_lossy())
            })
            .collect();
        Some(format!("{place}?{}", others.join("&")))
    }

    /// None where it has not the form of pairs.
    fn take_from_pairs(&mut self, text: &str) -> Option<String> {
        let mut characters = text.chars().peekable();
        let mut others = String::new();
        skip_blanks(&mut characters);
        while characters.peek().is_some() {
            let (key, value) = next_pair(&mut characters)?;
            if !self.take(&key, &value) {
                let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
                others = format!("{others}{key}='{quoted}' ");
            }
        }
        Some(others)
    }
}

/// The next `key = value` or `key = 'a value'`, and the blanks after it.
fn next_pair(characters: &mut Peekable<Chars<'_>>) -> Option<(String, String)> {
    let mut key = String::new();
    while let Some(character) =
        characters.next_if(|character| *character != '=' && !character.is_whitespace())
    {
        key.push(character);
    }
    skip_blanks(characters);
    characters.next_if_eq(&'=')?;
    skip_blanks(characters);
    let is_quoted = characters.next_if_eq(&'\'').is_some();
    let mut value = String::new();
    loop {
        match characters.next() {
            Some('\'') if is_quoted => break,
            Some(character) if !is_quoted && character.is_whitespace() => break,
            Some('\\') => value.push(characters.next()?),
            Some(character) => value.push(character),
            None if is_quoted => return None,
            None => break,
        }
    }
    skip_blanks(characters);
    Some((key, value))
}

fn skip_blanks(characters: &mut Peekable<Chars<'_>>) {
    while characters.next_if(|character| character.is_whitespace()).is_some() {}
}

fn invalid(reason: String) -> InvalidArgumentError {
    InvalidArgumentError::new("dsn", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(dsn: &str) -> Result<Address, InvalidArgumentError> {
        Address::parse(dsn, &PostgresOptions::default())
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_showing_it() {
        let error = parse("postgresql://shop:secret@host:port/shop").err().unwrap();
        assert_eq!(error.argument, "dsn");
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn both_forms_of_an_address_come_to_the_same() {
        let url =
            "postgresql://shop:pass%20word@db.example.com:6432/shop?sslmode=require&application_name=till";
        let pairs = r"host=db.example.com port = 6432 user=shop password='pass word' dbname=shop
            sslmode=require application_name='till'";
        for dsn in [url, pairs] {
            let Address { config, tls } = parse(dsn).unwrap();
            assert_eq!(config.get_password(), Some(b"pass word".as_slice()), "{dsn}");
            assert_eq!((config.get_user(), config.get_dbname()), (Some("shop"), Some("shop")));
            assert_eq!(config.get_ports(), [6432]);
            assert_eq!(config.get_application_name(), Some("till"));
            assert_eq!((config.get_ssl_mode(), tls.is_some()), (SslMode::Require, true));
        }
    }

    #[test]
    fn quotes_and_backslashes_survive() {
        let Address { config, .. } = parse(r"host=h user='it\'s' password='a\\b c' sslmode=disable").unwrap();
        assert_eq!(config.get_user(), Some("it's"));
        assert_eq!(config.get_password(), Some(br"a\b c".as_slice()));
    }

    #[test]
    fn what_is_said_of_tls_is_taken_at_its_word() {
        for (setting, mode, encrypts) in [
            ("", SslMode::Prefer, true),
            ("sslmode=disable", SslMode::Disable, false),
            ("sslmode=prefer", SslMode::Prefer, true),
            ("sslmode=verify-full", SslMode::Require, true),
            ("sslmode=verify-ca", SslMode::Require, true),
            ("sslrootcert=system", SslMode::Require, true),
        ] {
            for dsn in [format!("postgresql://host/shop?{setting}"), format!("host=host {setting}")] {
                let Address { config, tls } = parse(&dsn).unwrap();
                assert_eq!((config.get_ssl_mode(), tls.is_some()), (mode, encrypts), "{dsn}");
            }
            let local = parse(&format!("host=/run/postgresql {setting}")).unwrap();
            assert_eq!((local.config.get_ssl_mode(), local.tls.is_some()), (SslMode::Disable, false));
        }
        for wrong in ["sslmode=always", "sslmode=verify-full&sslrootcert=/nowhere.pem"] {
            let error = parse(&format!("postgresql://host/shop?{wrong}")).err().unwrap();
            assert_eq!(error.argument, "dsn", "{error}");
        }
    }
}
