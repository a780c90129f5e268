from typing import Any

from django.db import migrations, models


def count_words(apps: Any, schema_editor: Any) -> None:
    earlier = apps.get_model("works", "Earlier").objects
    for pk, text in earlier.values_list("pk", "text").iterator(chunk_size=20):
        earlier.filter(pk=pk).update(words=len(text.split()))


class Migration(migrations.Migration):
    dependencies = [
        ("works", "0002_sorted"),
    ]

    operations = [
        migrations.AddField("earlier", "before", models.PositiveIntegerField(default=None, null=True)),
        migrations.AddField("earlier", "after", models.PositiveIntegerField(default=None, null=True)),
        migrations.AddField("earlier", "words", models.PositiveIntegerField(default=0)),
        migrations.AddField("earlier", "listed", models.BooleanField(default=True)),
        migrations.AddIndex("earlier", models.Index(fields=["work", "revision"], name="earlier_of_a_work")),
        migrations.RunPython(count_words, migrations.RunPython.noop),
    ]
