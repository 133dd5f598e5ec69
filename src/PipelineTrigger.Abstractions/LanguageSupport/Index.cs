namespace System;

/// <summary>Lets the compiler read <c>list[^1]</c>, which .NET Framework does not know.</summary>
internal readonly struct Index(int value, bool fromEnd = false)
{
    public static implicit operator Index(int value) => new(value);

    public int GetOffset(int length) => fromEnd ? length - value : value;
}
