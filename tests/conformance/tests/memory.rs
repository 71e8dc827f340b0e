//! The suite over the store in memory.

onefold_conformance::suite!(memory, onefold_conformance::MemoryHarness);
