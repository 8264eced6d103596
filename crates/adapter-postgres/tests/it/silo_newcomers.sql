-- What founding a siloed organisation does, in the founding's own transaction: the contract knows nothing of silos.
CREATE SCHEMA test;
CREATE FUNCTION test.silo_newcomer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = platform AS $$
BEGIN
    UPDATE organisations SET placement = 'silo', status = 'provisioning' WHERE id = NEW.id;
    PERFORM provision_silo(NEW.id);
    UPDATE organisations SET status = NEW.status WHERE id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER silo_newcomer AFTER INSERT ON platform.organisations
    FOR EACH ROW EXECUTE FUNCTION test.silo_newcomer();
