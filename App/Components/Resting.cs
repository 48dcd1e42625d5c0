namespace Downbeat.Components;

/// <summary>A value that a hand changes step by step, such as with an arrow key held down: it is told once, when the hand has come to rest.</summary>
/// <param name="clock">Tells when that is.</param>
/// <param name="tell">Called with the last value.</param>
internal sealed class Resting<T>(TimeProvider clock, Func<T, Task> tell)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private int changes;
    private int told;

    /// <summary>What the hand has chosen and nobody has answered yet; the default when there is none.</summary>
    public T? Value { get; private set; }

    /// <summary>Takes a step.</summary>
    public async Task SetAsync(T value)
    {
        Value = value;
        var mine = ++changes;
        await Task.Delay(Pause, clock);
        if (mine == changes)
        {
            await TellAsync();
        }
    }

    /// <summary>Tells now what has not been told: the hand is gone.</summary>
    public async Task TellAsync()
    {
        if (told == changes)
        {
            return;
        }

        var mine = told = changes;
        try
        {
            await tell(Value!);
        }
        finally
        {
            Value = mine == changes ? default : Value;
        }
    }
}
