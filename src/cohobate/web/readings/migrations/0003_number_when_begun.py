from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("readings", "0002_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sitting",
            name="number",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
