namespace Downbeat.Features.Compositions.Timeline;

/// <summary>Which states of a draft can be gone back to, by their numbers, and which one is seen. Number 0 is the plan that it began as.</summary>
/// <param name="Oldest">The oldest state that is kept.</param>
/// <param name="Current">The one that is seen.</param>
/// <param name="Newest">The newest; after <paramref name="Current"/> when something was undone.</param>
internal readonly record struct DraftHistory(int Oldest, int Current, int Newest)
{
    /// <summary>How many states are kept.</summary>
    public const int MostStates = 50;

    /// <summary>True when there is a state before.</summary>
    public bool CanUndo => Current > Oldest;

    /// <summary>True when a state was undone.</summary>
    public bool CanRedo => Current < Newest;

    /// <summary>The history with a new state; what had been undone is gone, and of too many the oldest.</summary>
    public DraftHistory Do() => new(Math.Max(Oldest, Current + 2 - MostStates), Current + 1, Current + 1);

    /// <summary>The history one state back.</summary>
    /// <exception cref="StudioProblem">409 <c>timeline.nothing_to_undo</c>.</exception>
    public DraftHistory Undo() => CanUndo ? this with { Current = Current - 1 } : throw new StudioProblem(409, "timeline.nothing_to_undo", "There is no edit to undo.");

    /// <summary>The history one state forward.</summary>
    /// <exception cref="StudioProblem">409 <c>timeline.nothing_to_redo</c>.</exception>
    public DraftHistory Redo() => CanRedo ? this with { Current = Current + 1 } : throw new StudioProblem(409, "timeline.nothing_to_redo", "There is no undone edit to make again.");
}
