using Microsoft.ML.OnnxRuntime;

namespace Downbeat.Networks;

/// <summary>The right to use a loaded network; while it is held, the network stays in memory.</summary>
internal sealed class NetworkLease : IDisposable
{
    private readonly NetworkPlace place;
    private readonly InferenceSession session;
    private readonly SemaphoreSlim turns;
    private bool isReturned;

    internal NetworkLease(NetworkPlace place, InferenceSession session, byte[] labels, SemaphoreSlim turns)
    {
        (this.place, this.session, this.turns) = (place, session, turns);
        Labels = labels;
    }

    /// <summary>Content of the file that names the outputs; empty when the network has none.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>Runs the network once, on this thread, when its turn has come.</summary>
    /// <param name="inputs">In the order of <see cref="Network.Inputs"/>.</param>
    /// <param name="stop">Ends the waiting; a run that has begun goes on to its end.</param>
    /// <returns>The outputs in the order of <see cref="Network.Outputs"/>, last axis fastest; finite numbers.</returns>
    /// <exception cref="NetworkFailure">It broke down, or gave something that is no number; it is not lent again for a while.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task<float[][]> RunAsync(IReadOnlyList<NetworkInput> inputs, CancellationToken stop)
    {
        await turns.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var outputs = Run(inputs);
            return outputs.All(values => values.All(float.IsFinite)) ? outputs : throw Failed("it gave values that are no numbers", null);
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed("it failed at work", e);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!isReturned)
        {
            isReturned = true;
            place.Return();
        }
    }

    private float[][] Run(IReadOnlyList<NetworkInput> inputs)
    {
        OrtValue[] values = [.. inputs.Select(input => OrtValue.CreateTensorValueFromMemory(input.Values, input.Shape))];
        try
        {
            using var options = new RunOptions();
            using var outputs = session.Run(options, [.. place.Network.Inputs.Select(input => input.Name)], values, [.. place.Network.Outputs.Select(output => output.Name)]);
            return [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
        }
        finally
        {
            foreach (var value in values)
            {
                value.Dispose();
            }
        }
    }

    private NetworkFailure Failed(string reason, Exception? cause)
    {
        place.Refuse(reason);
        return new($"{place.Network.Name}: {reason}.", cause);
    }
}
