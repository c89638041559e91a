"""The log of deeds refuses to be changed, whoever asks."""

from django.db import migrations

TOLD = "The log of what was done is only ever added to."
POSTGRESQL = f"""
CREATE FUNCTION people_deed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{TOLD}'; END $$;
CREATE TRIGGER people_deed_stays BEFORE UPDATE OR DELETE ON people_deed
FOR EACH ROW EXECUTE FUNCTION people_deed_stays();
"""
SQLITE = [
    f"CREATE TRIGGER people_deed_no_{verb.lower()} BEFORE {verb} ON people_deed "
    f"BEGIN SELECT RAISE(ABORT, '{TOLD}'); END"
    for verb in ("UPDATE", "DELETE")
]


def forbid(apps, editor):
    for statement in [POSTGRESQL] if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def allow(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION people_deed_stays CASCADE")
    else:
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER people_deed_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
