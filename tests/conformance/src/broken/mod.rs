//! stores with one fault each
