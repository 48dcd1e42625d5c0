using System.Text.Json;
using System.Text.Json.Serialization;

namespace Downbeat.Features.Clips.Generating.Remote;

/// <summary>A piece of work of the service, as it tells of it. Everything in it comes from outside.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Status">Such as starting, processing, succeeded, failed, canceled.</param>
/// <param name="Output">An address or a list of them, once it is done.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Urls">Where to ask after it.</param>
/// <param name="Progress">How far it is, 0 to 1, when the service says so.</param>
internal sealed record Prediction(string? Id, string? Status, JsonElement? Output, JsonElement? Error, PredictionUrls? Urls, double? Progress)
{
    private const int LongestError = 300;

    /// <summary>The name of the work that a message tells of; null when it tells of none.</summary>
    public static string? IdIn(byte[] message)
    {
        try
        {
            using var document = JsonDocument.Parse(message, new() { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether it is done.</summary>
    [JsonIgnore]
    public bool HasSucceeded => Status is "succeeded" or "completed" or "success";

    /// <summary>Whether nothing will come of it.</summary>
    [JsonIgnore]
    public bool HasFailed => Status is "failed" or "canceled" or "cancelled" or "error" or "aborted";

    /// <summary>Address of the film; null when there is none.</summary>
    [JsonIgnore]
    public string? FilmAddress => Output switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.String => list[0].GetString(),
        { ValueKind: JsonValueKind.Object } one when one.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String => url.GetString(),
        _ => null,
    };

    /// <summary>Why it failed, in words that can be shown.</summary>
    [JsonIgnore]
    public string Reason => Http.DisplayName.Clean(Error switch { { ValueKind: JsonValueKind.String } text => text.GetString()!, { ValueKind: JsonValueKind.Object } one when one.TryGetProperty("message", out var message) => message.ToString(), _ => "" }, LongestError);
}

/// <summary>Where to ask after a prediction.</summary>
/// <param name="Get">How it stands.</param>
/// <param name="Cancel">To stop it.</param>
internal sealed record PredictionUrls(string? Get, string? Cancel);
