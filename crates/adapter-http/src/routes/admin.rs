//! `/admin`: what operators can do, on a listener of their own.

mod body;
mod operate;
mod operators;
mod tenants;
mod view;

use super::endpoint::Routes;

pub(super) fn mount(routes: &mut Routes) {
    operators::mount(routes);
    tenants::mount(routes);
}
