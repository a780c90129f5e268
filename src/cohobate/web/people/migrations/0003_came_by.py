from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="came_by",
            field=models.CharField(editable=False, max_length=64, null=True, unique=True),
        ),
    ]
