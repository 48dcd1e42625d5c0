using System.Text.Json.Nodes;

namespace Downbeat.Tests.Features.Compositions.Handover;

/// <summary>
/// The serialised data model that OpenTimelineIO publishes (docs/tutorials/otio-serialized-schema.md of its version 0.17), as far as we write it: which fields an object of each schema and version has,
/// and what may stand in them. Every object must have all of its fields, no others, and stand where it belongs.
/// </summary>
internal static class OtioSchema
{
    private const string Item = "name:text metadata:map source_range:TimeRange.1? effects:[LinearTimeWarp.1|FreezeFrame.1] markers:[Marker.2] enabled:flag";

    private static readonly Dictionary<string, string> Fields = new()
    {
        ["Timeline.1"] = "name:text metadata:map global_start_time:RationalTime.1? tracks:Stack.1",
        ["Stack.1"] = Item + " children:[Track.1]",
        ["Track.1"] = Item + " kind:text children:[Clip.2|Transition.1]",
        ["Clip.2"] = Item + " media_references:ExternalReference.1{} active_media_reference_key:text",
        ["Transition.1"] = "name:text metadata:map transition_type:text in_offset:RationalTime.1 out_offset:RationalTime.1",
        ["ExternalReference.1"] = "name:text metadata:map available_range:TimeRange.1? available_image_bounds:null target_url:text",
        ["LinearTimeWarp.1"] = "name:text metadata:map effect_name:text time_scalar:number",
        ["FreezeFrame.1"] = "name:text metadata:map effect_name:text time_scalar:number",
        ["Marker.2"] = "name:text metadata:map color:text comment:text marked_range:TimeRange.1",
        ["TimeRange.1"] = "start_time:RationalTime.1 duration:RationalTime.1",
        ["RationalTime.1"] = "rate:number value:number",
    };

    private static readonly HashSet<string> Colours = ["RED", "PINK", "ORANGE", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE", "MAGENTA", "BLACK", "WHITE"];

    public static void Check(JsonNode timeline) => CheckObject(timeline, "Timeline.1");

    private static void CheckObject(JsonNode? node, string allowed)
    {
        var fields = Assert.IsType<JsonObject>(node);
        var schema = (string)fields["OTIO_SCHEMA"]!;
        Assert.Contains(schema, allowed.Split('|'));
        var declared = Fields[schema].Split(' ').Select(field => field.Split(':')).ToDictionary(field => field[0], field => field[1]);
        Assert.Equal(declared.Keys.Append("OTIO_SCHEMA").Order(), fields.Select(field => field.Key).Order());
        foreach (var (name, kind) in declared)
        {
            CheckField(fields[name], kind, $"{schema} {name}");
        }

        if (schema == "Marker.2")
        {
            Assert.Contains((string)fields["color"]!, Colours);
        }
        else if (schema == "RationalTime.1")
        {
            Assert.True((double)fields["rate"]! > 0);
        }
        else if (schema == "Clip.2")
        {
            Assert.True(fields["media_references"]!.AsObject().ContainsKey((string)fields["active_media_reference_key"]!));
        }
        else if (schema == "Track.1")
        {
            // A transition stands between two clips.
            var kinds = fields["children"]!.AsArray().Select(child => (string)child!["OTIO_SCHEMA"]!).ToList();
            Assert.All(kinds.Index().Where(child => child.Item == "Transition.1"), child => Assert.Equal(("Clip.2", "Clip.2"), (kinds[child.Index - 1], kinds[child.Index + 1])));
        }
    }

    private static void CheckField(JsonNode? value, string kind, string where)
    {
        switch (kind)
        {
            case "text":
                Assert.True(value?.GetValueKind() is System.Text.Json.JsonValueKind.String, where);
                break;
            case "number":
                Assert.True(value?.GetValueKind() is System.Text.Json.JsonValueKind.Number, where);
                break;
            case "flag":
                Assert.True(value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False, where);
                break;
            case "null":
                Assert.True(value is null, where);
                break;
            case "map":
                Assert.True(value is JsonObject map && !map.ContainsKey("OTIO_SCHEMA"), where);
                break;
            case ['[', .. var kinds, ']']:
                Assert.All(Assert.IsType<JsonArray>(value), child => CheckObject(child, kinds));
                break;
            case [.. var kinds, '{', '}']:
                Assert.All(Assert.IsType<JsonObject>(value), child => CheckObject(child.Value, kinds));
                break;
            case [.. var kinds, '?']:
                if (value is not null)
                {
                    CheckObject(value, kinds);
                }

                break;
            default:
                CheckObject(value, kind);
                break;
        }
    }
}
