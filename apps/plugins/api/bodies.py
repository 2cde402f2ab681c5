# SPDX-License-Identifier: Apache-2.0
"""Bodies of requests and answers about plugins."""

from rest_framework import serializers

from apps.plugins.services.reasons import REASON_MAX
from cortex.api.queries import PageQuery
from cortex.api.serializers import StrictBooleanField, StrictSerializer, TextField

_TEXT_MAX = 500


class PluginReasonSerializer(StrictSerializer):
    """Why something is stopped, in one line."""

    reason = TextField(max_length=REASON_MAX)


class KeyToTrustSerializer(StrictSerializer):
    """A public half as `cortex plugin keygen` prints it, and in which role it counts."""

    role = serializers.ChoiceField(["publisher", "reviewer"])
    publisher = TextField(
        max_length=60, required=False, allow_blank=True, help_text="com.example; of reviewers none"
    )
    key = TextField(max_length=16_000, help_text="The JSON of the public half, as a text.")


class TurnSerializer(PluginReasonSerializer):
    """Which switch is turned where; without a plugin it is that of all."""

    plugin = TextField(max_length=100, required=False, allow_blank=True)
    is_off = StrictBooleanField()


class _AcceptedSerializer(StrictSerializer):
    accepted = serializers.ListField(
        child=TextField(max_length=_TEXT_MAX),
        max_length=2_000,
        help_text="The texts of all that the version may do, from its `capabilities`: exactly those.",
    )


class PluginToInstallSerializer(_AcceptedSerializer):
    """Which version, what it may do, and its settings."""

    plugin = TextField(max_length=100)
    version = TextField(max_length=64)
    settings = serializers.DictField(required=False)


class PluginToUpgradeSerializer(_AcceptedSerializer):
    """Which later version, and what it may do."""

    version = TextField(max_length=64)


class PluginToRollBackSerializer(_AcceptedSerializer):
    """What the version before may do."""


class PluginToRemoveSerializer(PluginReasonSerializer):
    """Why, and whether its data goes: then the answer alone has it."""

    deletes_data = StrictBooleanField(required=False)


class PluginSettingsSerializer(StrictSerializer):
    """All settings; what is not given has the default of the manifest."""

    settings = serializers.DictField()


class PluginDifferenceQuery(StrictSerializer):
    """Another version of the same plugin."""

    version = TextField(max_length=64)


class PluginVersionQuery(PageQuery):
    """Which plugin."""

    plugin = TextField(max_length=100, required=False)


class PluginVersionSerializer(serializers.Serializer[object]):
    """A version; `capabilities` are what is accepted, `rights` say the same in words."""

    id = serializers.UUIDField()
    plugin = serializers.CharField()
    version = serializers.CharField()
    publisher = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    licence = serializers.CharField()
    support = serializers.CharField()
    bundle_digest = serializers.CharField()
    signed_by = serializers.ListField(child=serializers.CharField())
    capabilities = serializers.ListField(child=serializers.CharField())
    rights = serializers.ListField(child=serializers.CharField())
    origin = serializers.CharField()
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()


class PluginVersionPageSerializer(serializers.Serializer[object]):
    """A page of versions, the newest first."""

    items = PluginVersionSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class PluginKeySerializer(serializers.Serializer[object]):
    """A key that counts, or did."""

    id = serializers.UUIDField()
    role = serializers.CharField()
    publisher = serializers.CharField()
    keyid = serializers.CharField()
    public_key = serializers.CharField()
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()


class PluginKeyPageSerializer(serializers.Serializer[object]):
    """A page of keys, the oldest first."""

    items = PluginKeySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class PluginSwitchSerializer(serializers.Serializer[object]):
    """How a switch stands; an empty plugin means all of them."""

    plugin = serializers.CharField()
    is_off = serializers.BooleanField()
    reason = serializers.CharField()
    turned_by = serializers.CharField()
    turned_at = serializers.DateTimeField()


class PluginSwitchListSerializer(serializers.Serializer[object]):
    """Every switch that was ever turned."""

    items = PluginSwitchSerializer(many=True)


class StoppedSerializer(serializers.Serializer[object]):
    """How many installations ran what counts no more."""

    stopped = serializers.IntegerField()


class InstallationSerializer(serializers.Serializer[object]):
    """A plugin of the company, with what it may do in words."""

    id = serializers.UUIDField()
    plugin = serializers.CharField()
    version = serializers.CharField()
    previous_version = serializers.CharField(allow_null=True)
    state = serializers.CharField()
    state_reason = serializers.CharField()
    granted = serializers.ListField(child=serializers.CharField())
    rights = serializers.ListField(child=serializers.CharField())
    settings = serializers.DictField()
    installed_by = serializers.CharField()
    installed_at = serializers.DateTimeField()
    last_run_at = serializers.DateTimeField(
        allow_null=True, help_text="When an event or a job of it ended last, within 30 days."
    )
    last_run_error = serializers.CharField(
        allow_blank=True,
        help_text="The code of why that failed, also where the plugin was not called; empty if it did not.",
    )


class InstallationPageSerializer(serializers.Serializer[object]):
    """A page of plugins, the oldest first."""

    items = InstallationSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RemovedPluginSerializer(InstallationSerializer):
    """The installation as it is left, and what was deleted: null where it was kept, and in a repetition."""

    exported = serializers.DictField(allow_null=True)


class PluginDifferenceSerializer(serializers.Serializer[object]):
    """What another version may do that this one may not, and the other way round, in words."""

    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())
