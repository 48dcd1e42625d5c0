using System.Text.Json;
using System.Text.Json.Serialization;

namespace Downbeat.Http;

/// <summary>JSON as the contract has it: camel case, enums by name, nulls left out.</summary>
internal static class ApiJson
{
    /// <summary>The options, for what is serialised by hand.</summary>
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets options of the framework to the same.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        return options;
    }
}
