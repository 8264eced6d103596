use super::{OperatorCaller, Operators};
use crate::error::Error;
use domain::{operator::Operator, ports::Access};

impl Operators {
    /// All operators, oldest first, those whose key was taken away included.
    ///
    /// # Errors
    /// [`Error::OperatorKey`].
    pub async fn list(&self, caller: &OperatorCaller) -> Result<Vec<Operator>, Error> {
        let mut operation = self.begin(caller, Access::Read).await?;
        Ok(operation.work.tx.operators().all().await?)
    }
}
