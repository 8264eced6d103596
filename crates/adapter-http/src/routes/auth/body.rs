use crate::{
    extract::{Checked, Fields, Input, email, password, text},
    openapi,
};
use application::auth::{Login, Register};
use domain::{access::Origin, email::Email, password::Password, text::DisplayName};
use utoipa::{
    ToSchema,
    openapi::{Object, SchemaFormat},
};

/// Who is to become a user.
#[derive(ToSchema)]
#[schema(as = Register, example = json!({
    "email": "ada@example.com", "password": "correct horse battery", "display_name": "Ada"
}))]
pub(in crate::routes) struct RegisterBody {
    #[schema(schema_with = address)]
    email: Email,
    #[schema(schema_with = openapi::text::<{ Password::MIN_CHARS }, { Password::MAX_CHARS }>)]
    password: Password,
    #[schema(schema_with = openapi::text::<{ DisplayName::MIN_CHARS }, { DisplayName::MAX_CHARS }>)]
    display_name: DisplayName,
}

impl RegisterBody {
    pub(in crate::routes) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let email = fields.required("email", email);
        let chars = Password::MIN_CHARS..=Password::MAX_CHARS;
        let password = fields.required("password", password(chars));
        let display_name = fields.required("display_name", text(DisplayName::parse));
        Ok(Self {
            email: email?,
            password: password?,
            display_name: display_name?,
        })
    }

    pub(in crate::routes) fn command(self, origin: Origin) -> Register {
        let Self {
            email,
            password,
            display_name,
        } = self;
        Register {
            email,
            password,
            display_name,
            origin,
        }
    }
}

/// Who signs in.
#[derive(ToSchema)]
#[schema(as = Login, example = json!({ "email": "ada@example.com", "password": "correct horse battery" }))]
pub(super) struct LoginBody {
    #[schema(schema_with = address)]
    email: Email,
    #[schema(schema_with = openapi::text::<1, { Password::MAX_CHARS }>)]
    password: Password,
}

impl LoginBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let email = fields.required("email", email);
            let password = fields.required("password", password(1..=Password::MAX_CHARS));
            Ok(Self {
                email: email?,
                password: password?,
            })
        })
    }

    pub(super) fn command(self, origin: Origin) -> Login {
        Login {
            email: self.email,
            password: self.password,
            origin,
        }
    }
}

pub(in crate::routes) fn address() -> Object {
    let mut object = openapi::text::<1, { Email::MAX_CHARS }>();
    object.format = Some(SchemaFormat::Custom("email".to_owned()));
    object
}
