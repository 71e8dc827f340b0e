use std::cell::RefCell;
use std::rc::Rc;

use onefold::{AllPager, Store as CoreStore, StreamPager};
use wasm_bindgen::prelude::*;

use crate::backend::Backend;
use crate::errors::ToJsError;
use crate::store::Store;
use crate::store::read::{AllQuery, StreamQuery, all_read, stream_read};
use crate::store::run::run;

/// The pages of a stream.
#[wasm_bindgen]
pub struct StreamPages {
    store: Rc<CoreStore<Backend>>,
    pager: Rc<RefCell<Option<StreamPager>>>,
}

/// The pages of the whole store.
#[wasm_bindgen]
pub struct AllPages {
    store: Rc<CoreStore<Backend>>,
    pager: Rc<RefCell<Option<AllPager>>>,
}

#[wasm_bindgen]
impl Store {
    #[wasm_bindgen(js_name = streamPages)]
    pub fn stream_pages(
        &self,
        stream_id: &str,
        query: &StreamQuery,
        page_size: usize,
    ) -> Result<StreamPages, JsValue> {
        let pager = self.inner.stream_pager(stream_id, stream_read(query)).map_err(ToJsError::to_js_error)?;
        Ok(StreamPages::new(self.inner.clone(), pager.page_size(page_size)))
    }

    #[wasm_bindgen(js_name = allPages)]
    pub fn all_pages(&self, query: &AllQuery, page_size: usize) -> Result<AllPages, JsValue> {
        let read = all_read(query).map_err(ToJsError::to_js_error)?;
        let pager = self.inner.all_pager(read).map_err(ToJsError::to_js_error)?;
        Ok(AllPages::new(self.inner.clone(), pager.page_size(page_size)))
    }
}

macro_rules! pages {
    ($pages:ident, $pager:ident) => {
        impl $pages {
            fn new(store: Rc<CoreStore<Backend>>, pager: $pager) -> Self {
                Self { store, pager: Rc::new(RefCell::new(Some(pager))) }
            }
        }

        #[wasm_bindgen]
        impl $pages {
            /// The next page as records, never an empty one; `undefined` at the end. One page at a time: asked for
            /// another meanwhile, it gives none.
            #[wasm_bindgen(js_name = nextPage)]
            pub fn next_page(&self) -> JsValue {
                let (store, held) = (self.store.clone(), self.pager.clone());
                run(async move {
                    // The pager is nobody's while it waits: a call from within must find nothing borrowed.
                    let Some(mut pager) = held.take() else { return Ok(JsValue::UNDEFINED) };
                    let page = pager.next_page(&store).await;
                    held.replace(Some(pager));
                    let page = page.map_err(ToJsError::to_js_error)?;
                    Ok(page.map_or(JsValue::UNDEFINED, |page| page.records().into()))
                })
            }
        }
    };
}

pages!(StreamPages, StreamPager);
pages!(AllPages, AllPager);
