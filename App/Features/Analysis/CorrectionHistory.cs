using System.Text.Json;
using System.Text.Json.Serialization;

namespace Downbeat.Features.Analysis;

/// <summary>All states of a song's corrections that can be gone back to, and which one is in effect.</summary>
/// <param name="States">From the oldest to the newest, at least one.</param>
/// <param name="At">Index of the one in effect.</param>
internal sealed record CorrectionHistory(IReadOnlyList<Corrections> States, int At)
{
    /// <summary>How often one can undo.</summary>
    public const int MostSteps = 50;

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true };

    /// <summary>Nothing was ever corrected.</summary>
    public static CorrectionHistory Empty { get; } = new([Corrections.None], 0);

    /// <summary>What is in effect.</summary>
    [JsonIgnore]
    public Corrections Current => States[At];

    /// <summary>True when there is a state before.</summary>
    [JsonIgnore]
    public bool CanUndo => At > 0;

    /// <summary>True when a state was undone.</summary>
    [JsonIgnore]
    public bool CanRedo => At < States.Count - 1;

    /// <summary>The history with a new state in effect; what had been undone is gone, and of too many the oldest.</summary>
    public CorrectionHistory Do(Corrections next)
    {
        Corrections[] states = [.. States.Take(At + 1).Append(next).TakeLast(MostSteps + 1)];
        return new(states, states.Length - 1);
    }

    /// <summary>The history one state back.</summary>
    /// <exception cref="StudioProblem">409 <c>analysis.nothing_to_undo</c>.</exception>
    public CorrectionHistory Undo() =>
        CanUndo ? this with { At = At - 1 } : throw new StudioProblem(409, "analysis.nothing_to_undo", "There is no correction to undo.");

    /// <summary>The history one state forward.</summary>
    /// <exception cref="StudioProblem">409 <c>analysis.nothing_to_redo</c>.</exception>
    public CorrectionHistory Redo() =>
        CanRedo ? this with { At = At + 1 } : throw new StudioProblem(409, "analysis.nothing_to_redo", "There is no undone correction to make again.");

    /// <summary>For storage.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null is an empty history.</summary>
    public static CorrectionHistory FromJson(string? json) => json is null ? Empty : JsonSerializer.Deserialize<CorrectionHistory>(json, Json)!;
}
