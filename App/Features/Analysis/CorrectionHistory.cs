namespace Downbeat.Features.Analysis;

/// <summary>Which states of a song's corrections can be gone back to, by their numbers, and which one is in effect. Number 0 is the song as it was first heard.</summary>
/// <param name="Oldest">The oldest state that is kept.</param>
/// <param name="Current">The one in effect.</param>
/// <param name="Newest">The newest; after <paramref name="Current"/> when something was undone.</param>
internal readonly record struct CorrectionHistory(int Oldest, int Current, int Newest)
{
    /// <summary>How often one can undo.</summary>
    public const int MostSteps = 50;

    /// <summary>True when there is a state before.</summary>
    public bool CanUndo => Current > Oldest;

    /// <summary>True when a state was undone.</summary>
    public bool CanRedo => Current < Newest;

    /// <summary>The history with a new state in effect; what had been undone is gone, and of too many the oldest.</summary>
    public CorrectionHistory Do() => new(Math.Max(Oldest, Current + 1 - MostSteps), Current + 1, Current + 1);

    /// <summary>The history one state back.</summary>
    /// <exception cref="StudioProblem">409 <c>analysis.nothing_to_undo</c>.</exception>
    public CorrectionHistory Undo() =>
        CanUndo ? this with { Current = Current - 1 } : throw new StudioProblem(409, "analysis.nothing_to_undo", "There is no correction to undo.");

    /// <summary>The history one state forward.</summary>
    /// <exception cref="StudioProblem">409 <c>analysis.nothing_to_redo</c>.</exception>
    public CorrectionHistory Redo() =>
        CanRedo ? this with { Current = Current + 1 } : throw new StudioProblem(409, "analysis.nothing_to_redo", "There is no undone correction to make again.");
}
