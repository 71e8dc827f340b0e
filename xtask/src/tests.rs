use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use crate::TARGET;

/// The crates whose tests run in browsers alone.
const CRATES: [&str; 1] = ["onefold-indexeddb"];

/// Builds the tests of these crates into modules of a page, which calls them by `WasmBindgenTestContext`: what
/// wasm-bindgen's own test runner does, without its web server and `WebDriver` client. What was in the folder goes.
pub(crate) fn build(folder: &Path) -> Result<(), Box<dyn Error>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    for module in modules()? {
        let name = module.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.rsplit_once('-'));
        let (name, _) = name.ok_or_else(|| format!("{} is no test of cargo's", module.display()))?;
        Bindgen::new()
            .input_path(&module)
            .out_name(name)
            .web(true)?
            .debug(true)
            .export_wasm(true)
            .emit_start(false)
            .generate(folder.join(name))?;
    }
    Ok(())
}

/// The modules that cargo builds of the tests.
fn modules() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let packages = CRATES.iter().flat_map(|package| ["-p", package]);
    let built = Command::new(cargo)
        .args(["test", "--no-run", "--lib", "--tests", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics", "--quiet"])
        .args(packages)
        .stderr(Stdio::inherit())
        .output()?;
    if !built.status.success() {
        return Err("cargo could not build the tests".into());
    }
    let messages = String::from_utf8(built.stdout)?;
    let messages = messages.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let executables = messages.iter().filter_map(|message| message.get("executable")?.as_str());
    Ok(executables.map(PathBuf::from).collect())
}
