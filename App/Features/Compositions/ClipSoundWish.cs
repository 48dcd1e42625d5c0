using Downbeat.Features.Compositions.Planning;
using Downbeat.Http;

namespace Downbeat.Features.Compositions;

/// <summary>The sound of the clips as it is asked for.</summary>
/// <param name="LevelDb">How much louder than it was recorded, dB, -60 to 12; -6 when null.</param>
/// <param name="Duck">What it gives way to: music, vocals or off; music when null.</param>
public sealed record ClipSoundWish(double? LevelDb, string? Duck)
{
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    internal ClipSound Read() => new(
        CompositionSettings.InRange(LevelDb ?? -6, -60, 12, "clipSound.levelDb"),
        Choices.Read<Ducking>(Duck, "clipSound.duck") ?? Ducking.Music);
}
