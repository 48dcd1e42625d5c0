using System.Text.Json.Serialization;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>How one shot goes over into the next: the two overlap around the cut, which stays in the middle, on its beat.</summary>
/// <param name="Kind">How it looks.</param>
/// <param name="Frames">How long it lasts; even and above 0, half before the cut and half after it.</param>
internal sealed record Transition(TransitionKind Kind, int Frames);

/// <summary>How a transition looks: one of ffmpeg's cross fades, by its name there.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransitionKind>))]
internal enum TransitionKind
{
    /// <summary>One picture fades into the other.</summary>
    [JsonStringEnumMemberName("fade")] Fade,
}
