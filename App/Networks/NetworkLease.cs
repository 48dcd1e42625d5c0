using Microsoft.ML.OnnxRuntime;

namespace Downbeat.Networks;

/// <summary>The right to use a loaded network; while it is held, the network stays in memory.</summary>
internal sealed class NetworkLease : IDisposable
{
    private readonly NetworkPlace place;
    private readonly LoadedNetwork loaded;
    private readonly SemaphoreSlim turns;
    private bool isReturned;

    internal NetworkLease(NetworkPlace place, LoadedNetwork loaded, SemaphoreSlim turns) => (this.place, this.loaded, this.turns) = (place, loaded, turns);

    /// <summary>Content of the file that names the outputs; empty when the network has none.</summary>
    public ReadOnlyMemory<byte> Labels => loaded.Labels;

    /// <summary>Runs the network once, on this thread, when its turn has come.</summary>
    /// <param name="inputs">In the order of <see cref="Network.Inputs"/>.</param>
    /// <param name="stop">Ends the waiting, and a run at its next operation.</param>
    /// <returns>The outputs in the order of <see cref="Network.Outputs"/>, last axis fastest; finite numbers.</returns>
    /// <exception cref="NetworkFailure">It broke down, or gave a tensor of another shape or something that is no number; it is not lent again for a while.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task<float[][]> RunAsync(IReadOnlyList<NetworkInput> inputs, CancellationToken stop)
    {
        await turns.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var outputs = Run(inputs, stop);
            return outputs.All(values => Array.TrueForAll(values, float.IsFinite)) ? outputs : throw Refuse("it gave values that are no numbers");
        }
        catch (OnnxRuntimeException) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(stop);
        }
        catch (OnnxRuntimeException e)
        {
            throw Refuse("it failed at work", e);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Notes that the network failed at work, as its user found out; it is not lent again for a while.</summary>
    /// <param name="reason">What is wrong with it, such as "it failed at work".</param>
    /// <param name="cause">What was thrown.</param>
    /// <returns>To be thrown.</returns>
    public NetworkFailure Refuse(string reason, Exception? cause = null)
    {
        place.Refuse(reason);
        return new($"{place.Network.Name}: {reason}.", cause);
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

    private float[][] Run(IReadOnlyList<NetworkInput> inputs, CancellationToken stop)
    {
        OrtValue[] values = [.. inputs.Select(input => OrtValue.CreateTensorValueFromMemory(input.Values, input.Shape))];
        try
        {
            using var options = new RunOptions();
            using var ending = stop.Register(() => options.Terminate = true);
            using var outputs = loaded.Session.Run(options, [.. place.Network.Inputs.Select(input => input.Name)], values, [.. place.Network.Outputs.Select(output => output.Name)]);
            return [.. outputs.Zip(place.Network.Outputs, Read)];
        }
        finally
        {
            foreach (var value in values)
            {
                value.Dispose();
            }
        }
    }

    private float[] Read(OrtValue output, TensorShape expected)
    {
        var shape = output.GetTensorTypeAndShape().Shape;
        return expected.IsOf(shape) ? output.GetTensorDataAsSpan<float>().ToArray() : throw Refuse($"it gave {expected.Name}[{string.Join(',', shape)}] instead of {expected}");
    }
}
