//! The people and organisations of the demo.

use domain::{
    project::ProjectStatus::{self, Active, Archived},
    role::Role,
};

/// Everyone: name and address.
pub(super) const PEOPLE: [(&str, &str); 5] = [
    ("Olivia Owner", "olivia@acme.example.com"),
    ("Adam Admin", "adam@acme.example.com"),
    ("Mia Member", "mia@acme.example.com"),
    ("Vera Viewer", "vera@acme.example.com"),
    ("Gustav Globe", "gustav@globe.example.com"),
];

/// An organisation with what belongs to it.
pub(super) struct Organisation {
    pub(super) name: &'static str,
    pub(super) slug: &'static str,
    pub(super) owner: &'static str,
    pub(super) members: &'static [(&'static str, Role)],
    pub(super) projects: &'static [(&'static str, &'static str, ProjectStatus)],
    pub(super) resources: &'static [Resource],
}

/// A document with its name, the project that it is part of, and its texts.
pub(super) struct Resource {
    pub(super) name: &'static str,
    pub(super) project: &'static str,
    pub(super) texts: &'static [(&'static str, &'static str)],
}

impl Organisation {
    /// Steps of progress that filling it takes: itself, its members, projects and resources, its API key.
    pub(super) const fn steps(&self) -> usize {
        2 + self.members.len() + self.projects.len() + self.resources.len()
    }
}

/// All organisations; the first is the one that the report shows.
pub(super) const ORGANISATIONS: [Organisation; 2] = [
    Organisation {
        name: "Acme Rockets",
        slug: "acme-rockets",
        owner: "olivia@acme.example.com",
        members: &[
            ("adam@acme.example.com", Role::Admin),
            ("mia@acme.example.com", Role::Member),
            ("vera@acme.example.com", Role::Viewer),
        ],
        projects: &[
            (
                "Launch pad",
                "Concrete, water and a very long list of checks",
                Active,
            ),
            ("Guidance", "Knowing where up is", Active),
            (
                "Customer portal",
                "Where passengers choose their seats",
                Active,
            ),
            ("Catapult", "It seemed a good idea at the time", Archived),
        ],
        resources: &[
            Resource {
                name: "Water order",
                project: "Launch pad",
                texts: &[("supplier", "Lake & Sons"), ("volume", "1400 m3")],
            },
            Resource {
                name: "Gyroscope calibration",
                project: "Guidance",
                texts: &[("up", "away from the ground"), ("checked by", "Adam")],
            },
        ],
    },
    Organisation {
        name: "Globe Shipping",
        slug: "globe-shipping",
        owner: "gustav@globe.example.com",
        members: &[("mia@acme.example.com", Role::Viewer)],
        projects: &[
            ("Container tracking", "Every box, every hour", Active),
            ("Port calendar", "Who unloads when", Active),
        ],
        resources: &[Resource {
            name: "Berth 4",
            project: "Port calendar",
            texts: &[("monday", "MS Adriana"), ("tuesday", "free")],
        }],
    },
];
