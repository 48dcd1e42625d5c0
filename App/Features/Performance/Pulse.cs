namespace Downbeat.Features.Performance;

/// <summary>Wakes whoever looks at the page.</summary>
internal sealed class Pulse(ILogger<Pulse> logger)
{
    /// <summary>How far the beats lie apart.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    /// <summary>Raised every two seconds: a page that shows what goes on looks again. Handlers return at once.</summary>
    public event Action? Beaten;

    /// <summary>Wakes each; one that fails keeps nobody else asleep.</summary>
    public void Beat()
    {
        foreach (var handler in Delegate.EnumerateInvocationList(Beaten))
        {
            try
            {
                handler();
            }
            catch (Exception e)
            {
                logger.LogError(e, "Somebody who looks at the performance page could not be woken");
            }
        }
    }
}
